package io.millrace.receiver.kafka;

import io.millrace.api.telemetry.Signal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which topics are read, as which signal and in which encoding. Immutable. */
final class Sources {

  private record Source(List<String> names, List<Pattern> patterns, List<Pattern> excluded) {

    boolean names(String topic) {
      return names.contains(topic);
    }

    boolean matches(String topic) {
      return patterns.stream().anyMatch(p -> p.matcher(topic).find())
          && excluded.stream().noneMatch(p -> p.matcher(topic).find());
    }
  }

  private final Map<Signal, Source> sources = new EnumMap<>(Signal.class);
  private final Map<Signal, RecordDecoder> decoders = new EnumMap<>(Signal.class);

  /**
   * The sources of some signals.
   *
   * @param signals those that pipelines want
   */
  Sources(KafkaReceiverConfig config, Set<Signal> signals) {
    for (Signal signal : signals) {
      List<String> names = new ArrayList<>();
      List<Pattern> patterns = new ArrayList<>();
      for (String topic : config.topicsOf(signal)) {
        if (topic.startsWith("^")) {
          patterns.add(Pattern.compile(topic));
        } else {
          names.add(topic);
        }
      }
      List<Pattern> excluded =
          config.of(signal).excludeTopics().stream().map(Pattern::compile).toList();
      sources.put(signal, new Source(names, patterns, excluded));
      decoders.put(signal, RecordDecoder.of(config.encodingOf(signal), signal));
    }
  }

  /** The names of the topics, where there are no patterns; else empty. */
  Optional<Set<String>> names() {
    Set<String> names = new TreeSet<>();
    for (Source source : sources.values()) {
      if (!source.patterns.isEmpty()) {
        return Optional.empty();
      }
      names.addAll(source.names);
    }
    return Optional.of(names);
  }

  /** One pattern that matches every topic that is read, as a whole. */
  Pattern pattern() {
    return Pattern.compile(
        sources.values().stream()
            .flatMap(
                source -> {
                  String not =
                      source.excluded.stream()
                          .map(p -> "(?!.*(?:" + p.pattern() + "))")
                          .collect(Collectors.joining());
                  List<String> parts = new ArrayList<>();
                  source.names.forEach(n -> parts.add(Pattern.quote(n)));
                  source.patterns.forEach(p -> parts.add(not + "(?:" + p.pattern() + ").*"));
                  return parts.stream();
                })
            .map(part -> "(?:" + part + ")")
            .collect(Collectors.joining("|")));
  }

  /** The signal of a topic; empty when it is not read. Names come before patterns. */
  Optional<Signal> signal(String topic) {
    Optional<Signal> named =
        sources.keySet().stream().filter(s -> source(s).names(topic)).findFirst();
    return named.isPresent()
        ? named
        : sources.keySet().stream().filter(s -> source(s).matches(topic)).findFirst();
  }

  /** The decoder of a signal that is read. */
  RecordDecoder decoder(Signal signal) {
    return Objects.requireNonNull(decoders.get(signal));
  }

  private Source source(Signal signal) {
    return Objects.requireNonNull(sources.get(signal));
  }
}
