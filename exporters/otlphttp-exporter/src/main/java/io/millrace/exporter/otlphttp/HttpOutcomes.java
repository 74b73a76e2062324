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
 * <p>The OTLP specification's table, save that wrong credentials, missing rights, a missing path, a
 * method or media type that the path does not take, and a redirection are tried again, since
 * somebody will put them right and the telemetry must still be there then. Codes are the statuses.
 */
final class HttpOutcomes {
  private static final int MAX_TEXT_LENGTH = 500;

  private HttpOutcomes() {}

  /** The outcome of a reply whose status is not 2xx. */
  static ExportOutcome of(HttpReply reply, Clock clock) {
    String reason = reason(reply);
    int status = reply.status();
    String code = String.valueOf(status);
    return switch (status) {
      case 408, 429, 502, 503, 504, 401, 403, 404, 405, 407, 415 ->
          new ExportOutcome.Retry(reason, wish(reply, clock), code);
      case 413 -> new ExportOutcome.TooLarge(reason);
      case 400, 409, 422, 500 -> new ExportOutcome.Rejected(reason, code, true);
      default ->
          status < 400
              ? new ExportOutcome.Retry(reason, wish(reply, clock), code)
              : new ExportOutcome.Rejected(reason, code, false);
    };
  }

  /** When the server wants to hear of us again: the later of what header and body say. */
  private static @Nullable Duration wish(HttpReply reply, Clock clock) {
    Duration header = reply.retryAfter(clock);
    Duration body = null;
    if (reply.mediaType().equals(OtlpService.PROTOBUF)) {
      try {
        body = RpcStatus.fromProtobuf(reply.body()).retryDelay();
      } catch (IOException e) {
        return header;
      }
    }
    return header == null || (body != null && body.compareTo(header) > 0) ? body : header;
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
