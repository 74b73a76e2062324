package io.millrace.exporter.otlp;

import io.grpc.Metadata;
import io.grpc.Status;
import io.millrace.api.component.ExportOutcome;
import io.millrace.toolkit.otlp.RpcStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call means for the telemetry in it.
 *
 * <p>The OTLP specification's table, save in two points. Wrong credentials, missing rights and a
 * missing service are tried again, since somebody will put them right and the telemetry must still
 * be there then. And a failure that the connection met on its way, which gRPC reports as {@code
 * INTERNAL} or {@code UNKNOWN}, is not taken for the server's judgement. Codes are the names of
 * gRPC's statuses.
 */
final class GrpcOutcomes {
  static final Metadata.Key<byte[]> STATUS_DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** How grpc-go, grpc-java, grpc-c++ and tonic say that a message is too large. */
  private static final Pattern TOO_LARGE =
      Pattern.compile(
          "message.*(larger than|exceeds|too large)|(larger|bigger) than max",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern BROKEN_CONNECTION =
      Pattern.compile(
          "RST_STREAM|HTTP/2 error|end-of-stream mid-frame|Received unexpected EOS",
          Pattern.CASE_INSENSITIVE);

  private GrpcOutcomes() {}

  /** The codes that outcomes carry. */
  static Set<String> codes() {
    return Arrays.stream(Status.Code.values())
        .filter(code -> code != Status.Code.OK)
        .map(Status.Code::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The outcome of a call that ended with a status other than OK. */
  static ExportOutcome of(Status status, @Nullable Metadata trailers) {
    String reason = reason(status);
    String code = status.getCode().name();
    Duration wish = retryDelay(trailers);
    return switch (status.getCode()) {
      case OK -> ExportOutcome.ACCEPTED;
      case CANCELLED, DEADLINE_EXCEEDED, ABORTED, UNAVAILABLE, DATA_LOSS ->
          new ExportOutcome.Retry(reason, wish, code);
      case UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, UNIMPLEMENTED ->
          new ExportOutcome.Retry(reason, wish, code);
      case OUT_OF_RANGE ->
          saysTooLarge(status)
              ? new ExportOutcome.TooLarge(reason)
              : new ExportOutcome.Retry(reason, wish, code);
      case RESOURCE_EXHAUSTED -> {
        if (saysTooLarge(status)) {
          yield new ExportOutcome.TooLarge(reason);
        }
        yield wish == null
            ? new ExportOutcome.Rejected(reason, code, false)
            : new ExportOutcome.Retry(reason, wish, code);
      }
      case INTERNAL, UNKNOWN ->
          brokeOnTheWay(status)
              ? new ExportOutcome.Retry(reason, wish, code)
              : new ExportOutcome.Rejected(reason, code, true);
      case INVALID_ARGUMENT, ALREADY_EXISTS -> new ExportOutcome.Rejected(reason, code, true);
      case FAILED_PRECONDITION -> new ExportOutcome.Rejected(reason, code, false);
    };
  }

  private static boolean saysTooLarge(Status status) {
    String description = status.getDescription();
    return description != null && TOO_LARGE.matcher(description).find();
  }

  /** A server's own status comes without a cause. */
  private static boolean brokeOnTheWay(Status status) {
    String description = status.getDescription();
    return status.getCause() != null
        || (description != null && BROKEN_CONNECTION.matcher(description).find());
  }

  private static String reason(Status status) {
    StringBuilder reason = new StringBuilder(status.getCode().name());
    if (status.getDescription() != null) {
      reason.append(": ").append(status.getDescription());
    }
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      if (t.getMessage() != null) {
        reason.append(": ").append(t.getMessage());
      }
    }
    return reason.toString();
  }

  private static @Nullable Duration retryDelay(@Nullable Metadata trailers) {
    byte[] details = trailers == null ? null : trailers.get(STATUS_DETAILS);
    if (details == null) {
      return null;
    }
    try {
      return RpcStatus.fromProtobuf(details).retryDelay();
    } catch (IOException e) {
      return null;
    }
  }
}
