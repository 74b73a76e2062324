package io.millrace.flink;

import io.millrace.api.telemetry.Signal;
import io.millrace.flink.config.Durations;
import io.millrace.flink.config.Suggestion;
import io.millrace.flink.sink.ElasticsearchSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the job's command line: {@code --flag value} or {@code --flag=value}. One use. */
final class CommandLine {

  /** Every flag and the help on it, in order. */
  private static final Map<String, String> FLAGS = flags();

  private static final String BOUNDED = "bounded";
  private static final String ES_URL = "es-url";
  private static final Pattern PREFIX = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  private final Map<String, String> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private CommandLine() {}

  /**
   * Reads the arguments.
   *
   * @throws UsageException with all mistakes, or with the help when asked for
   */
  static JobSettings parse(String... arguments) throws UsageException {
    if (Arrays.asList(arguments).contains("--help")) {
      throw new UsageException(help());
    }
    return new CommandLine().read(arguments);
  }

  /** The usage text. */
  static String help() {
    StringBuilder text = new StringBuilder("Usage: AggregateJob FLAGS\n");
    FLAGS.forEach(
        (flag, meaning) ->
            text.append("  --").append(flag).append(' ').append(meaning).append('\n'));
    return text.append("Durations are 500ms, 5s, 2m, 1h.").toString();
  }

  private JobSettings read(String[] arguments) throws UsageException {
    collect(arguments);
    Map<Signal, String> topics = new EnumMap<>(Signal.class);
    topics.put(Signal.LOGS, text("topic-logs", "otlp_logs"));
    topics.put(Signal.METRICS, text("topic-metrics", "otlp_metrics"));
    topics.put(Signal.TRACES, text("topic-traces", "otlp_spans"));
    if (topics.values().stream().distinct().count() < topics.size()) {
      problems.add(
          "--topic-logs, --topic-metrics, --topic-traces: the same name (expected: three)");
    }
    JobSettings settings =
        new JobSettings(
            required("brokers"),
            topics,
            text("group", "millrace-flink"),
            Path.of(required("aggregates")),
            elasticsearch(),
            prefix(),
            values.get("checkpoint-dir"),
            duration("checkpoint-interval", Duration.ofSeconds(10)),
            resume(),
            duration("out-of-orderness", Duration.ofSeconds(5)),
            duration("lateness", Duration.ofMinutes(2)),
            duration("quiet", Duration.ofSeconds(30)),
            start(),
            values.containsKey(BOUNDED),
            parallelism());
    if (!problems.isEmpty()) {
      throw new UsageException(String.join("\n", problems) + "\n--help tells all flags");
    }
    return settings;
  }

  private void collect(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--")) {
        problems.add("\"" + argument + "\" (expected: --flag value)");
        continue;
      }
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
      if (!FLAGS.containsKey(flag)) {
        problems.add("--" + flag + ": unknown flag" + Suggestion.of(flag, FLAGS.keySet()));
        if (equals < 0 && i + 1 < arguments.length && !arguments[i + 1].startsWith("--")) {
          i++;
        }
        continue;
      }
      String value;
      if (flag.equals(BOUNDED)) {
        value = "";
        if (equals >= 0) {
          problems.add("--bounded: takes no value");
        }
      } else if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (i + 1 < arguments.length) {
        value = arguments[++i];
      } else {
        problems.add("--" + flag + ": no value (expected: " + FLAGS.get(flag) + ")");
        continue;
      }
      if (flag.equals(ES_URL) && values.containsKey(ES_URL)) {
        values.merge(ES_URL, value, (first, second) -> first + "," + second);
      } else if (values.putIfAbsent(flag, value) != null) {
        problems.add("--" + flag + ": given twice (expected: once)");
      }
    }
  }

  private ElasticsearchSettings elasticsearch() {
    List<String> urls = new ArrayList<>();
    for (String url : required(ES_URL).split(",", -1)) {
      if (!url.isEmpty() && !isHttp(url)) {
        refuse(ES_URL, url, "http://host:port or https://host:port, without credentials");
      }
      urls.add(url);
    }
    String user = values.get("es-user");
    String password = values.get("es-password-file");
    String apiKey = values.get("es-api-key-file");
    if ((user == null) != (password == null)) {
      problems.add("--es-user, --es-password-file: one alone (expected: both or none)");
    }
    if (user != null && apiKey != null) {
      problems.add("--es-user, --es-api-key-file: both (expected: one way to authenticate)");
    }
    return new ElasticsearchSettings(urls, user, password, apiKey, values.get("es-ca"));
  }

  private String prefix() {
    String prefix = text("index-prefix", "millrace");
    if (!PREFIX.matcher(prefix).matches()) {
      refuse("index-prefix", prefix, "lower-case letters, digits and dashes, at most 64");
    }
    return prefix;
  }

  private String resume() {
    String resume = text("resume", "none");
    if (resume.equals("latest") && !values.containsKey("checkpoint-dir")) {
      problems.add("--resume: \"latest\" (expected: together with --checkpoint-dir)");
    }
    return resume;
  }

  private boolean start() {
    String start = text("start", "earliest");
    if (!start.equals("earliest") && !start.equals("latest")) {
      refuse("start", start, "earliest or latest");
    }
    return start.equals("latest");
  }

  private @Nullable Integer parallelism() {
    String text = values.get("parallelism");
    if (text == null) {
      return null;
    }
    try {
      int parallelism = Integer.parseInt(text);
      if (parallelism >= 1 && parallelism <= AggregateJob.MAX_PARALLELISM) {
        return parallelism;
      }
    } catch (NumberFormatException e) {
      // reported below, like a number out of range
    }
    refuse("parallelism", text, "a whole number between 1 and " + AggregateJob.MAX_PARALLELISM);
    return null;
  }

  private Duration duration(String flag, Duration absent) {
    String text = values.get(flag);
    if (text == null) {
      return absent;
    }
    Duration duration = Durations.parse(text);
    if (duration == null) {
      refuse(flag, text, "a duration such as 500ms, 5s, 2m or 1h");
      return absent;
    }
    return duration;
  }

  private String text(String flag, String absent) {
    String text = values.getOrDefault(flag, absent);
    if (text.isEmpty()) {
      refuse(flag, text, String.valueOf(FLAGS.get(flag)));
    }
    return text;
  }

  private String required(String flag) {
    String text = values.get(flag);
    if (text == null || text.isEmpty()) {
      problems.add("--" + flag + ": missing (expected: " + FLAGS.get(flag) + ")");
      return "";
    }
    return text;
  }

  private void refuse(String flag, String value, String expected) {
    problems.add("--" + flag + ": \"" + value + "\" (expected: " + expected + ")");
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = new URI(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("brokers", "HOST:PORT[,...]        Kafka bootstrap servers, required");
    flags.put("aggregates", "FILE                what is computed, required");
    flags.put(ES_URL, "URL[,...]               Elasticsearch, required; may be repeated");
    flags.put("topic-logs", "NAME                topic of logs [otlp_logs]");
    flags.put("topic-metrics", "NAME             topic of metrics [otlp_metrics]");
    flags.put("topic-traces", "NAME              topic of spans [otlp_spans]");
    flags.put("group", "NAME                     consumer group [millrace-flink]");
    flags.put("es-user", "NAME                   user for basic authentication");
    flags.put("es-password-file", "FILE          file with that user's password");
    flags.put("es-api-key-file", "FILE           file with an encoded API key");
    flags.put("es-ca", "FILE                     PEM certificates to trust");
    flags.put("index-prefix", "NAME              first part of index names [millrace]");
    flags.put("checkpoint-dir", "URI             where checkpoints go [the cluster's setting]");
    flags.put("checkpoint-interval", "DURATION   time between checkpoints, 0s: none [10s]");
    flags.put("resume", "latest|none|URI         checkpoint to start from, in one JVM [none]");
    flags.put("out-of-orderness", "DURATION      disorder within a partition [5s]");
    flags.put("lateness", "DURATION              how long windows take late events [2m]");
    flags.put("quiet", "DURATION                 silence that lets windows close, 0s: none [30s]");
    flags.put("start", "earliest|latest          where to begin without checkpoint [earliest]");
    flags.put(BOUNDED, "                       end at what is there now");
    flags.put("parallelism", "N                  subtasks [the cluster's setting]");
    return flags;
  }
}
