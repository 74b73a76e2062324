package io.millrace.exporter.elasticsearch;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.http.HttpClientConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of an {@code elasticsearch} exporter. Immutable. */
@Doc(
    "Writes one document per log record, span or data point to Elasticsearch 8 or later, in the"
        + " Collector's otel layout. The document's id follows from the item's origin, so that"
        + " what is sent again is there once. Documents that Elasticsearch refuses go to the dead"
        + " letters one by one, with its reason. Compressed with gzip level 1 unless set.")
public record ElasticsearchExporterConfig(
    @Squash HttpClientConfig http,
    @Doc("URL of Elasticsearch, such as https://elastic:9200.") @Default("") String endpoint,
    @Doc(
            "URLs of several nodes, used in turn; one that does not answer is left out for a"
                + " while. Without endpoint, endpoints and cloudid, $ELASTICSEARCH_URL.")
        @Default("[]")
        List<String> endpoints,
    @Doc("Cloud id of an Elastic Cloud deployment.") @Default("") String cloudid,
    @Doc("User for HTTP basic authentication.") @Default("") String user,
    @Doc("Password of the user.") @Default("") Secret password,
    @Doc("API key in its encoded form.") @Default("") Secret apiKey,
    @Doc(
            "Index or data stream of logs. Unless set: the attribute elasticsearch.index, else"
                + " logs-${data_stream.dataset}.otel-${data_stream.namespace} by attributes of the"
                + " record, its scope or its resource, by default logs-generic.otel-default.")
        @Default("")
        String logsIndex,
    @Doc("The same for metrics.") @Default("") String metricsIndex,
    @Doc("The same for traces.") @Default("") String tracesIndex,
    @Doc("Routing of logs by attributes.") @Tuning("attributes always count where no index is set")
        @Nullable Object logsDynamicIndex,
    @Doc("Routing of metrics by attributes.")
        @Tuning("attributes always count where no index is set")
        @Nullable Object metricsDynamicIndex,
    @Doc("Routing of traces by attributes.")
        @Tuning("attributes always count where no index is set")
        @Nullable Object tracesDynamicIndex,
    @Doc("Whether the attribute elasticsearch.document_id is a log's id.") @Default("{}")
        Switch logsDynamicId,
    @Doc("Whether the attribute elasticsearch.document_id is a span's id.") @Default("{}")
        Switch tracesDynamicId,
    @Doc("Whether the attribute elasticsearch.ingest_pipeline names a log's ingest pipeline.")
        @Default("{}")
        Switch logsDynamicPipeline,
    @Doc("Indices with a date in their name.") @Default("{}") LogstashFormatConfig logstashFormat,
    @Doc("The form of documents.")
        @Tuning(
            "documents have the otel layout, as in the Collector unless a client asks otherwise")
        @Nullable Object mapping,
    @Doc("Ingest pipeline of every document; empty for none.") @Default("") String pipeline,
    @Doc("Looking for the nodes of the cluster.") @Tuning("requests go to the endpoints configured")
        @Nullable Object discover,
    @Doc("Sending again what Elasticsearch did not take.") @Default("{}") RetryConfig retry,
    @Doc("Requests at the same time.") @Tuning("use sending_queue.num_consumers") @Default("0")
        int numWorkers,
    @Doc("Size and age of batches.") @Tuning("use sending_queue.batch") @Nullable Object flush,
    @Doc("Batching.") @Tuning("use sending_queue.batch") @Nullable Object batcher,
    @Doc("Keys of the request's metadata that keep batches apart.")
        @Tuning("use sending_queue.batch.partition.metadata_keys")
        @Default("[]")
        List<String> metadataKeys,
    @Doc("What a reply contains.") @Tuning("the exporter asks for what it needs") @Default("")
        String bulkResponseFilterPath,
    @Doc("Whether reasons may quote the document; false needs Elasticsearch 8.18.") @Default("true")
        boolean includeSourceOnError,
    @Doc("What is logged.") @Tuning("refused documents are in the dead letters")
        @Nullable Object telemetry,
    @Doc("Index templates that are installed.") @Default("{}") IndexTemplatesConfig indexTemplates)
    implements Validated {

  static final String URL_VARIABLE = "ELASTICSEARCH_URL";

  /** A block with {@code enabled} alone. Immutable. */
  @Doc("A switch.")
  public record Switch(@Doc("Whether it is on.") @Default("false") boolean enabled) {
    static final Switch OFF = new Switch(false);
  }

  /** The {@code index_templates} block. Immutable. */
  @Doc("Index templates with the mappings of our documents.")
  public record IndexTemplatesConfig(
      @Doc(
              "Whether templates are installed before the first document: millrace-logs,"
                  + " millrace-metrics, millrace-traces for the data streams, and one for each"
                  + " index that is configured. Those already there are left as they are.")
          @Default("true")
          boolean enabled) {}

  public ElasticsearchExporterConfig {
    endpoints = List.copyOf(endpoints);
    metadataKeys = List.copyOf(metadataKeys);
  }

  @Override
  public void validate(Problems problems) {
    int ways = (endpoint.isEmpty() ? 0 : 1) + (endpoints.isEmpty() ? 0 : 1);
    ways += cloudid.isEmpty() ? 0 : 1;
    if (ways > 1) {
      problems.add("", "more than one of endpoint, endpoints, cloudid (expected: one of them)");
      return;
    }
    String place = !cloudid.isEmpty() ? "cloudid" : endpoint.isEmpty() ? "endpoints" : "endpoint";
    try {
      if (urls().isEmpty()) {
        problems.add("endpoint", "absent (expected: URL of Elasticsearch, or $ELASTICSEARCH_URL)");
      }
    } catch (IllegalArgumentException e) {
      problems.add(place, String.valueOf(e.getMessage()));
    }
    boolean basic = !user.isEmpty() || !password.reveal().isEmpty();
    if (basic && (user.isEmpty() || password.reveal().isEmpty())) {
      problems.add(user.isEmpty() ? "user" : "password", "absent (expected: user and password)");
    }
  }

  /**
   * The nodes' URLs, without a slash at the end; empty when none are configured.
   *
   * @throws IllegalArgumentException when one is none; the message says which and why
   */
  List<URI> urls() {
    if (!cloudid.isEmpty()) {
      return List.of(CloudId.url(cloudid));
    }
    List<String> texts = new ArrayList<>(endpoints);
    if (!endpoint.isEmpty()) {
      texts.add(endpoint);
    }
    String variable = System.getenv(URL_VARIABLE);
    if (texts.isEmpty() && variable != null && !variable.isBlank()) {
      texts.addAll(List.of(variable.split(",")));
    }
    return texts.stream().map(ElasticsearchExporterConfig::url).toList();
  }

  /** The configured index of a signal; empty for none. */
  String indexOf(Signal signal) {
    return switch (signal) {
      case LOGS -> logsIndex;
      case METRICS -> metricsIndex;
      case TRACES -> tracesIndex;
      case PROFILES -> throw signal.unsupported();
    };
  }

  private static URI url(String text) {
    try {
      URI uri = URI.create(text.strip().replaceAll("/+$", ""));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" (expected: http://host:port)", e);
    }
    throw new IllegalArgumentException("\"" + text + "\" (expected: http://host:port)");
  }
}
