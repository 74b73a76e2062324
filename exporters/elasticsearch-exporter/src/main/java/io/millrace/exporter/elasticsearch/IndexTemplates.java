package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.http.HttpReply;
import io.millrace.toolkit.http.HttpSender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * Installs the mappings of our documents before the first one of a signal is sent: component
 * templates {@code millrace-common@mappings} and {@code millrace-<signal>@mappings}, and an index
 * template that composes them with {@code millrace-<signal>@custom}, which is the user's to make.
 * What is there already in this or a later version is left alone. Thread-safe.
 *
 * <p>The template of the data streams has priority 200, above Elastic's own; that of a configured
 * index 50, below everything the user may have.
 */
final class IndexTemplates {
  private static final int VERSION = 1;
  private static final int DATA_STREAM_PRIORITY = 200;
  private static final int DATED_PRIORITY = 250;
  private static final int INDEX_PRIORITY = 50;
  private static final String JSON = "application/json";

  private final ElasticsearchExporterConfig config;
  private final HttpSender sender;
  private final Logger logger;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Signal> done = ConcurrentHashMap.newKeySet();

  IndexTemplates(ElasticsearchExporterConfig config, HttpSender sender, Logger logger) {
    this.config = config;
    this.sender = sender;
    this.logger = logger;
  }

  /**
   * Installs what a signal needs, once. A cluster that refuses is warned about and left alone.
   *
   * @throws IOException when the node does not answer
   * @throws NotNowException when the node asks to come back later
   */
  void ensure(Signal signal, Nodes.Node node)
      throws IOException, NotNowException, InterruptedException {
    if (!config.indexTemplates().enabled() || done.contains(signal)) {
      return;
    }
    lock.lockInterruptibly();
    try {
      if (!done.contains(signal)) {
        for (Map.Entry<String, String> template : templates(signal).entrySet()) {
          if (!install(node, template.getKey(), template.getValue())) {
            break;
          }
        }
        done.add(signal);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The node asks to come back later. */
  static final class NotNowException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient HttpReply reply;

    NotNowException(HttpReply reply) {
      this.reply = reply;
    }

    HttpReply reply() {
      return reply;
    }
  }

  private boolean install(Nodes.Node node, String path, String body)
      throws IOException, NotNowException, InterruptedException {
    String filter = "?filter_path=**.version";
    HttpReply found = sender.send("GET", node.at(path + filter), Map.of(), new byte[0]);
    requireNow(found);
    if (found.status() == 200 && version(found) >= VERSION) {
      return true;
    }
    HttpReply made =
        sender.send(
            "PUT",
            node.at(path),
            Map.of("Content-Type", JSON),
            body.getBytes(StandardCharsets.UTF_8));
    requireNow(made);
    if (!made.successful()) {
      logger
          .atWarn()
          .addKeyValue("template", path)
          .addKeyValue("status", made.status())
          .addKeyValue("answer", ElasticsearchExporter.excerpt(made))
          .log("Index template could not be installed; documents are mapped by what is there");
      return false;
    }
    logger.atInfo().addKeyValue("template", path).log("Index template installed");
    return true;
  }

  private static void requireNow(HttpReply reply) throws NotNowException {
    if (reply.status() == 429 || reply.status() >= 500 || reply.status() == 401) {
      throw new NotNowException(reply);
    }
  }

  private static int version(HttpReply reply) {
    String body = new String(reply.body(), StandardCharsets.UTF_8);
    int at = body.indexOf("\"version\":");
    int end = at + "\"version\":".length();
    int version = 0;
    while (at >= 0 && end < body.length() && Character.isDigit(body.charAt(end))) {
      version = version * 10 + body.charAt(end++) - '0';
    }
    return version;
  }

  /** Path and content of each template, in order of installation. */
  private Map<String, String> templates(Signal signal) throws IOException {
    Map<String, String> templates = new LinkedHashMap<>();
    String own = "millrace-" + signal.id();
    templates.put("/_component_template/millrace-common@mappings", component("common"));
    templates.put("/_component_template/" + own + "@mappings", component(signal.id()));
    String index = config.indexOf(signal);
    boolean dated = config.logstashFormat().enabled();
    String separator = config.logstashFormat().prefixSeparator();
    if (!index.isEmpty()) {
      String pattern = dated ? index + separator + "*" : index;
      templates.put(
          "/_index_template/" + own + "-" + index.replaceAll("[^a-zA-Z0-9_.-]", "_"),
          index(own, pattern, INDEX_PRIORITY, false));
    } else if (dated) {
      templates.put(
          "/_index_template/" + own + "-dated",
          index(own, signal.id() + "-*.otel-*" + separator + "*", DATED_PRIORITY, false));
    } else {
      templates.put(
          "/_index_template/" + own,
          index(own, signal.id() + "-*.otel-*", DATA_STREAM_PRIORITY, true));
    }
    return templates;
  }

  private static String component(String name) throws IOException {
    String resource = name + "-mappings.json";
    try (InputStream in = IndexTemplates.class.getResourceAsStream(resource)) {
      String mappings =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      return String.format(
          Locale.ROOT,
          "{\"version\":%d,\"_meta\":{\"managed_by\":\"millrace\"},\"template\":{\"mappings\":%s}}",
          VERSION,
          mappings);
    }
  }

  private static String index(String own, String pattern, int priority, boolean dataStream)
      throws IOException {
    JsonWriter json = JsonWriter.inMemory();
    json.beginObject();
    json.name("version").value((long) VERSION);
    json.name("priority").value((long) priority);
    json.name("_meta").beginObject().name("managed_by").value("millrace");
    json.endObject();
    json.name("index_patterns").beginArray().value(pattern);
    json.endArray();
    json.name("composed_of").beginArray();
    json.value("millrace-common@mappings");
    json.value(own + "@mappings");
    json.value(own + "@custom");
    json.endArray();
    json.name("ignore_missing_component_templates").beginArray().value(own + "@custom");
    json.endArray();
    if (dataStream) {
      json.name("data_stream").beginObject().endObject();
    }
    json.name("template").beginObject().name("settings").beginObject();
    json.name("index.mapping.total_fields.ignore_dynamic_beyond_limit").value(true);
    json.endObject().endObject().endObject();
    return new String(json.take(), StandardCharsets.UTF_8);
  }
}
