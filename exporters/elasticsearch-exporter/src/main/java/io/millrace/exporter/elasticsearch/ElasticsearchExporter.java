package io.millrace.exporter.elasticsearch;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Secret;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.http.CompressionParams;
import io.millrace.toolkit.http.HttpClientConfig;
import io.millrace.toolkit.http.HttpReply;
import io.millrace.toolkit.http.HttpSender;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpConnectTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches to Elasticsearch, one {@code _bulk} request each. Thread-safe.
 *
 * <p>Every document is created under the id that follows from its item's origin, so an attempt
 * whose answer was lost can be repeated: what is there already answers 409 and counts as accepted.
 * This holds within one index; a data stream that has rolled over in between takes it again.
 */
final class ElasticsearchExporter implements Exporter {
  private static final String NDJSON = "application/x-ndjson";
  private static final int MAX_REPLY_BYTES = 32 * 1024 * 1024;
  private static final int MAX_EXCERPT_LENGTH = 300;
  private static final CompressionParams FAST = new CompressionParams(1);

  private final ComponentContext context;
  private final ElasticsearchExporterConfig config;
  private final IndexRouter router;
  private final Set<Integer> retriedRequests;
  private final Set<Integer> retriedDocuments;
  private final String path;
  private final Nodes nodes;
  private @Nullable HttpSender sender;
  private @Nullable IndexTemplates templates;

  ElasticsearchExporter(ComponentContext context, ElasticsearchExporterConfig config) {
    this.context = context;
    this.config = config;
    this.router = new IndexRouter(config);
    this.retriedRequests = Set.copyOf(new HashSet<>(config.retry().retryOnStatus()));
    Set<Integer> documents = new HashSet<>(config.retry().retryOnStatus());
    documents.addAll(config.retry().retryOnDocumentStatus());
    this.retriedDocuments = Set.copyOf(documents);
    this.path = path(config);
    this.nodes = new Nodes(config.urls(), System::nanoTime);
  }

  @Override
  public void start() throws StartException {
    HttpClientConfig http = config.http().withHeaders(headers());
    if (http.compression() == Compression.GZIP && http.compressionParams().level() <= 0) {
      http = http.withCompressionParams(FAST);
    }
    HttpSender open =
        HttpSender.open(http, "millrace", MAX_REPLY_BYTES, context.clock(), context.logger());
    sender = open;
    templates = new IndexTemplates(config, open, context.logger());
  }

  @Override
  public void stop() {
    HttpSender open = sender;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) throws InterruptedException {
    if (batch.isEmpty()) {
      return ExportOutcome.ACCEPTED;
    }
    Set<String> unreachable = new LinkedHashSet<>();
    for (Nodes.Node node : nodes.inTurn()) {
      try {
        ExportOutcome outcome = attempt(batch, node);
        nodes.answered(node);
        return outcome;
      } catch (ConnectException | HttpConnectTimeoutException e) {
        nodes.failed(node);
        unreachable.add(node.url() + ": " + reason(e));
      } catch (IOException e) {
        nodes.failed(node);
        return new ExportOutcome.Retry(node.url() + ": " + reason(e), null);
      }
    }
    return new ExportOutcome.Retry(String.join("; ", unreachable), null);
  }

  /** The beginning of an answer's content in one line. */
  static String excerpt(HttpReply reply) {
    String text = new String(reply.body(), StandardCharsets.UTF_8).replaceAll("\\s+", " ").trim();
    return text.length() > MAX_EXCERPT_LENGTH
        ? text.substring(0, MAX_EXCERPT_LENGTH) + "..."
        : text;
  }

  private ExportOutcome attempt(Batch batch, Nodes.Node node)
      throws IOException, InterruptedException {
    HttpSender open = Objects.requireNonNull(sender, "started");
    try {
      Objects.requireNonNull(templates, "started").ensure(batch.signal(), node);
    } catch (IndexTemplates.NotNowException e) {
      return refused(node, e.reply());
    }
    BulkBody body = new BulkBody(batch, router, config);
    HttpReply reply = open.post(node.at(path), NDJSON, batch.sizeBytes(), body);
    if (reply.status() != 200) {
      return refused(node, reply);
    }
    return BulkReply.read(reply.body(), batch.itemCount())
        .outcome(body::hasOriginId, retriedDocuments);
  }

  /** An answer to the request as a whole. */
  private ExportOutcome refused(Nodes.Node node, HttpReply reply) {
    int status = reply.status();
    String excerpt = excerpt(reply);
    String said = node.url() + ": " + status + (excerpt.isEmpty() ? "" : " " + excerpt);
    String what =
        switch (status) {
          case 401 -> "not authenticated (user or api_key): ";
          case 403 -> "not authorised: ";
          case 404 -> "no Elasticsearch there: ";
          default -> "";
        };
    if (status == 413) {
      return new ExportOutcome.TooLarge(said);
    }
    String code = String.valueOf(status);
    return status == 400 && !retriedRequests.contains(status)
        ? new ExportOutcome.Rejected(said, code, true)
        : new ExportOutcome.Retry(what + said, reply.retryAfter(context.clock()), code);
  }

  private static String reason(IOException e) {
    Throwable cause = e;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause.getMessage() == null) {
      return e instanceof ConnectException ? "connection refused" : e.getClass().getSimpleName();
    }
    return cause.getMessage().replaceAll("\\s+", " ");
  }

  private Map<String, Secret> headers() {
    Map<String, Secret> headers = new HashMap<>(config.http().headers());
    String key = config.apiKey().reveal();
    if (!key.isEmpty()) {
      headers.put("Authorization", new Secret("ApiKey " + key));
    } else if (!config.user().isEmpty()) {
      String pair = config.user() + ":" + config.password().reveal();
      headers.put(
          "Authorization",
          new Secret(
              "Basic "
                  + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
    }
    return headers;
  }

  private static String path(ElasticsearchExporterConfig config) {
    StringBuilder path = new StringBuilder("/_bulk?filter_path=").append(BulkReply.FILTER);
    if (!config.pipeline().isEmpty()) {
      path.append("&pipeline=")
          .append(URLEncoder.encode(config.pipeline(), StandardCharsets.UTF_8));
    }
    if (!config.includeSourceOnError()) {
      path.append("&include_source_on_error=false");
    }
    return path.toString();
  }
}
