package io.millrace.receiver.otlp;

import java.util.Locale;

/** Why a request was not taken; the label {@code reason} of the counter. */
enum Refusal {
  /** The telemetry, its compression or the request itself is damaged. */
  MALFORMED,
  /** The media type is neither protobuf nor JSON. */
  MEDIA_TYPE,
  /** The compression is not known. */
  ENCODING,
  /** The message is larger than allowed. */
  TOO_LARGE,
  /** No such path, service or method. */
  UNKNOWN_PATH,
  /** Anything but a POST. */
  METHOD,
  /** The request did not arrive in time. */
  TOO_SLOW,
  /** Too many bytes are waiting. */
  OVERLOADED,
  /** The pipelines refused it for now. */
  REFUSED,
  /** The pipelines refused it for ever. */
  REJECTED,
  /** No outcome was known in time. */
  DEADLINE,
  /** The client gave up or went away. */
  CANCELLED,
  /** The agent stops. */
  STOPPING,
  /** A fault of the receiver's own. */
  INTERNAL;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
