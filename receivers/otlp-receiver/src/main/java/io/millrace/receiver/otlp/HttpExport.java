package io.millrace.receiver.otlp;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.http.HttpAnswer;
import io.millrace.toolkit.http.HttpHead;
import io.millrace.toolkit.http.HttpService;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.otlp.ExportResponse;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.RpcStatus;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OTLP over HTTP. Thread-safe. */
final class HttpExport implements HttpService {
  private static final String POST = "POST";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final byte[] NOTHING = new byte[0];

  /** The gRPC codes that bodies of failures carry. */
  private static final int INVALID_ARGUMENT = 3;

  private static final int DEADLINE_EXCEEDED = 4;
  private static final int NOT_FOUND = 5;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;

  private final Intake intake;
  private final Map<String, Signal> paths;
  private final boolean includeMetadata;

  HttpExport(Intake intake, OtlpReceiverConfig.Http config) {
    this.intake = intake;
    this.includeMetadata = config.server().includeMetadata();
    Map<String, Signal> served = new HashMap<>();
    intake.signals().forEach(signal -> served.put(config.path(signal), signal));
    this.paths = Map.copyOf(served);
  }

  @Override
  public @Nullable HttpAnswer refusal(HttpHead head) {
    Signal signal = paths.get(head.path());
    if (signal == null) {
      return refuse(head, Refusal.UNKNOWN_PATH, 404, NOT_FOUND, "No such path: " + head.path());
    }
    if (!head.method().equals(POST)) {
      HttpAnswer answer =
          refuse(head, Refusal.METHOD, 405, UNIMPLEMENTED, "Method not allowed: " + head.method());
      return new HttpAnswer(
          answer.status(), answer.contentType(), answer.body(), Map.of("Allow", POST));
    }
    boolean takesJson = signal.isReadable();
    if (!isProtobuf(head) && !(isJson(head) && takesJson)) {
      return refuse(
          head,
          Refusal.MEDIA_TYPE,
          415,
          INVALID_ARGUMENT,
          "Unsupported media type: \""
              + head.mediaType()
              + "\" (expected: application/x-protobuf"
              + (takesJson ? " or application/json)" : ")"));
    }
    if (intake.stopping()) {
      intake.metrics().refused(ReceiverMetrics.Transport.HTTP, Refusal.STOPPING);
      return unavailable(head, new Verdict.Unavailable("The agent stops.", null));
    }
    return null;
  }

  @Override
  public void serve(HttpHead head, byte[] body, ByteBudget.Lease lease, Reply reply) {
    Waiting request =
        intake.begin(
            ReceiverMetrics.Transport.HTTP,
            lease,
            intake.answerTimeout(),
            verdict -> reply.send(answer(head, verdict)));
    request.arrived();
    Signal signal = paths.get(head.path());
    if (signal == null) {
      request.end(Refusal.UNKNOWN_PATH, new Verdict.Invalid("No such path."));
      return;
    }
    try {
      intake.take(
          request,
          signal,
          new Intake.Body(
              body,
              0,
              isJson(head) ? HttpExport::readJson : Batch::read,
              includeMetadata ? head.headers() : Map.of(),
              head.peer()));
    } catch (RuntimeException e) {
      intake.broken(request, e);
    }
  }

  @Override
  public HttpAnswer failure(@Nullable HttpHead head, Failure failure, String message) {
    return switch (failure) {
      case MALFORMED ->
          refuse(head, Refusal.MALFORMED, failure.status(), INVALID_ARGUMENT, message);
      case TOO_SLOW -> refuse(head, Refusal.TOO_SLOW, failure.status(), DEADLINE_EXCEEDED, message);
      case TOO_LARGE ->
          refuse(head, Refusal.TOO_LARGE, failure.status(), RESOURCE_EXHAUSTED, message);
      case UNKNOWN_ENCODING ->
          refuse(head, Refusal.ENCODING, failure.status(), INVALID_ARGUMENT, message);
      case BROKEN -> refuse(head, Refusal.INTERNAL, failure.status(), INTERNAL, message);
      case OVERLOADED -> {
        intake.metrics().refused(ReceiverMetrics.Transport.HTTP, Refusal.OVERLOADED);
        yield unavailable(head, new Verdict.Unavailable(message, null));
      }
    };
  }

  private static Batch readJson(Signal signal, byte[] bytes, int offset, int length)
      throws MalformedTelemetryException {
    return OtlpJson.read(signal, Arrays.copyOfRange(bytes, offset, offset + length));
  }

  private static HttpAnswer answer(HttpHead head, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Taken taken ->
          isJson(head)
              ? HttpAnswer.of(200, OtlpService.JSON, ExportResponse.allTakenJson())
              : HttpAnswer.of(200, OtlpService.PROTOBUF, NOTHING);
      case Verdict.Unavailable unavailable -> unavailable(head, unavailable);
      case Verdict.Invalid invalid ->
          withStatus(head, 400, new RpcStatus(INVALID_ARGUMENT, invalid.reason(), null));
    };
  }

  private HttpAnswer refuse(
      @Nullable HttpHead head, Refusal why, int status, int code, String message) {
    intake.metrics().refused(ReceiverMetrics.Transport.HTTP, why);
    return withStatus(head, status, new RpcStatus(code, message, null));
  }

  private static HttpAnswer unavailable(@Nullable HttpHead head, Verdict.Unavailable unavailable) {
    Duration delay = unavailable.delay();
    HttpAnswer answer =
        withStatus(head, 503, new RpcStatus(UNAVAILABLE, unavailable.reason(), delay));
    long seconds = Math.max(1, delay.plusMillis(999).toSeconds());
    return new HttpAnswer(
        answer.status(),
        answer.contentType(),
        answer.body(),
        Map.of("Retry-After", Long.toString(seconds)));
  }

  private static HttpAnswer withStatus(@Nullable HttpHead head, int status, RpcStatus body) {
    if (head != null && isJson(head)) {
      return HttpAnswer.of(status, OtlpService.JSON, body.toJson());
    }
    if (head != null && isProtobuf(head)) {
      return HttpAnswer.of(status, OtlpService.PROTOBUF, body.toProtobuf());
    }
    return HttpAnswer.of(status, TEXT, (body.message() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isJson(HttpHead head) {
    return head.mediaType().equals(OtlpService.JSON);
  }

  private static boolean isProtobuf(HttpHead head) {
    return head.mediaType().equals(OtlpService.PROTOBUF);
  }
}
