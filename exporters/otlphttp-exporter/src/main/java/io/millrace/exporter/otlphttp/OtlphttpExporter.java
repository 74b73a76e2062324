package io.millrace.exporter.otlphttp;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.toolkit.http.HttpBody;
import io.millrace.toolkit.http.HttpReply;
import io.millrace.toolkit.http.HttpSender;
import io.millrace.toolkit.net.Product;
import io.millrace.toolkit.otlp.ExportResponse;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.PartialSuccess;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches as OTLP over HTTP, each in one request.
 *
 * <p>A server that took only some of a batch says how many items it threw away, not which; see
 * {@link PartialSuccess} for what happens then.
 */
final class OtlphttpExporter implements Exporter {
  private static final int MAX_REPLY_BYTES = 1 << 20;

  private final ComponentContext context;
  private final OtlphttpExporterConfig config;
  private final PartialSuccess partialSuccess;
  private volatile @Nullable HttpSender sender;

  OtlphttpExporter(ComponentContext context, OtlphttpExporterConfig config) {
    this.context = context;
    this.config = config;
    this.partialSuccess = new PartialSuccess(context);
  }

  @Override
  public void start() throws StartException {
    sender =
        HttpSender.open(
            config.client(),
            Product.USER_AGENT,
            MAX_REPLY_BYTES,
            context.clock(),
            context.logger());
  }

  @Override
  public void stop() {
    HttpSender open = sender;
    sender = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) throws InterruptedException {
    HttpSender open = sender;
    if (open == null) {
      return new ExportOutcome.Retry("The exporter is not started.", null);
    }
    Optional<URI> uri = config.uri(batch.signal());
    if (uri.isEmpty()) {
      return new ExportOutcome.Retry(
          "No endpoint for " + batch.signal().id() + " is configured.", null);
    }
    HttpReply reply;
    try {
      reply = open.post(uri.get(), config.encoding().mediaType(), batch.sizeBytes(), body(batch));
    } catch (IOException e) {
      return new ExportOutcome.Retry(uri.get() + ": " + describe(e), null);
    }
    return reply.successful() ? taken(batch, reply) : HttpOutcomes.of(reply, context.clock());
  }

  private HttpBody body(Batch batch) {
    return switch (config.encoding()) {
      case PROTO -> HttpBody.of(batch);
      case JSON -> out -> OtlpJson.write(batch, out);
    };
  }

  private ExportOutcome taken(Batch batch, HttpReply reply) {
    try {
      return partialSuccess.outcome(batch, response(batch, reply));
    } catch (IOException e) {
      return partialSuccess.unreadable(e);
    }
  }

  private static ExportResponse response(Batch batch, HttpReply reply) throws IOException {
    if (reply.body().length == 0) {
      return ExportResponse.ALL;
    }
    if (reply.mediaType().equals(OtlpService.JSON)) {
      return ExportResponse.fromJson(OtlpService.of(batch.signal()), reply.body());
    }
    if (reply.mediaType().equals(OtlpService.PROTOBUF)) {
      return ExportResponse.fromProtobuf(reply.body());
    }
    return ExportResponse.ALL;
  }

  private static String describe(IOException e) {
    StringBuilder text = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      text.append(text.isEmpty() ? "" : ": ")
          .append(t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage());
    }
    return text.toString();
  }
}
