package io.millrace.exporter.otlphttp;

import io.millrace.api.component.ExportOutcome;
import io.millrace.toolkit.http.HttpReply;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.RpcStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an answer other than success means for the telemetry in the request.
 *
 * <p>The OTLP specification's table, save that wrong credentials, missing rights, a missing path
 * and a redirection are tried again, since somebody will put them right and the telemetry must
 * still be there then.
 */
final class HttpOutcomes {
  private static final int MAX_TEXT_LENGTH = 500;

  private HttpOutcomes() {}

  /** The outcome of a reply whose status is not 2xx. */
  static ExportOutcome of(HttpReply reply, Clock clock) {
    String reason = reason(reply);
    int status = reply.status();
    @Nullable Duration wish = status == 429 || status == 503 ? reply.retryAfter(clock) : null;
    return switch (status) {
      case 408, 429, 502, 503, 504 -> new ExportOutcome.Retry(reason, wish);
      case 401, 403, 404, 407 -> new ExportOutcome.Retry(reason, null);
      case 413 -> new ExportOutcome.TooLarge(reason);
      default ->
          status < 400 ? new ExportOutcome.Retry(reason, null) : new ExportOutcome.Rejected(reason);
    };
  }

  private static String reason(HttpReply reply) {
    StringBuilder reason = new StringBuilder("HTTP ").append(reply.status());
    if (reply.status() >= 300 && reply.status() < 400) {
      reply.headers().firstValue("location").ifPresent(l -> reason.append(" to ").append(l));
      reason.append(", which is not followed");
    }
    String message = message(reply);
    if (!message.isEmpty()) {
      reason.append(": ").append(message);
    }
    return reason.toString();
  }

  private static String message(HttpReply reply) {
    try {
      if (reply.mediaType().equals(OtlpService.PROTOBUF)) {
        return RpcStatus.fromProtobuf(reply.body()).message();
      }
      if (reply.mediaType().equals(OtlpService.JSON)) {
        return RpcStatus.fromJson(reply.body()).message();
      }
    } catch (IOException e) {
      return "";
    }
    if (!reply.mediaType().startsWith("text/plain")) {
      return "";
    }
    String text = new String(reply.body(), StandardCharsets.UTF_8).strip();
    return text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) + "…" : text;
  }
}
