package io.millrace.exporter.kafka;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Why a record was not written. Immutable.
 *
 * @param kind what to do about it
 * @param reason one sentence that names topic or broker
 * @param code Kafka's name of the error
 */
record Failure(Kind kind, String reason, String code) {

  /** What to do about it. */
  enum Kind {
    /** Try again. */
    RETRY,
    /** Try again with a new producer, since this one may never recover. */
    RETRY_ANEW,
    /** Send less at a time. */
    TOO_LARGE
  }

  /** The codes that outcomes carry. */
  static Set<String> codes() {
    return Arrays.stream(Errors.values())
        .filter(error -> error != Errors.NONE)
        .map(Errors::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Kafka's name of an error. */
  static String code(Throwable error) {
    return (missing(error) ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.forException(error)).name();
  }

  /** Names what went wrong with a topic. */
  static Failure of(Throwable error, String topic, String brokers) {
    String code = code(error);
    String quoted = "topic \"" + topic + "\"";
    if (error instanceof RecordTooLargeException || error instanceof RecordBatchTooLargeException) {
      return new Failure(
          Kind.TOO_LARGE,
          quoted
              + ": record too large for the broker (expected: max.message.bytes of the topic"
              + " at least producer.max_message_bytes)",
          code);
    }
    if (missing(error)) {
      return new Failure(Kind.RETRY, quoted + " does not exist at " + brokers, code);
    }
    if (error instanceof TopicAuthorizationException) {
      return new Failure(Kind.RETRY, quoted + ": not authorised to write", code);
    }
    if (error instanceof InvalidTopicException) {
      return new Failure(Kind.RETRY, quoted + ": not a legal name of a topic", code);
    }
    if (error instanceof NotEnoughReplicasException
        || error instanceof NotEnoughReplicasAfterAppendException) {
      return new Failure(
          Kind.RETRY, quoted + ": fewer replicas in sync than min.insync.replicas", code);
    }
    if (error instanceof AuthenticationException) {
      return new Failure(Kind.RETRY, brokers + ": authentication failed: " + text(error), code);
    }
    if (error instanceof TimeoutException) {
      return new Failure(
          Kind.RETRY, quoted + ": no answer from " + brokers + ": " + text(error), code);
    }
    Kind kind = error instanceof RetriableException ? Kind.RETRY : Kind.RETRY_ANEW;
    String what = error instanceof AuthorizationException ? "not authorised: " : "";
    return new Failure(kind, quoted + " at " + brokers + ": " + what + text(error), code);
  }

  private static boolean missing(Throwable error) {
    return error instanceof UnknownTopicOrPartitionException
        || (error instanceof TimeoutException
            && error.getCause() instanceof UnknownTopicOrPartitionException);
  }

  /** The error's message in one line, or its type. */
  static String text(Throwable error) {
    String message = message(error);
    if (message == null && error.getCause() != null) {
      message = message(error.getCause());
    }
    return message == null
        ? error.getClass().getSimpleName().replace("Exception", "").toLowerCase(Locale.ROOT)
        : message;
  }

  private static @Nullable String message(Throwable error) {
    String message = error.getMessage();
    Throwable cause = error.getCause();
    if (error.getClass() == KafkaException.class && cause != null && cause.getMessage() != null) {
      message = message + ": " + cause.getMessage();
    }
    return message == null || message.isBlank() ? null : message.replaceAll("\\s+", " ").trim();
  }
}
