package io.millrace.toolkit.otlpjson;

/** How a field looks on the wire and in JSON. */
enum Kind {
  STRING(2),
  /** Base64 in JSON. */
  BYTES(2),
  /** 16 bytes, hex in JSON. */
  TRACE_ID(2),
  /** 8 bytes, hex in JSON. */
  SPAN_ID(2),
  MESSAGE(2),
  BOOL(0),
  INT32(0),
  UINT32(0),
  SINT32(0),
  /** A string in JSON, as all 64-bit integers. */
  INT64(0),
  UINT64(0),
  ENUM(0),
  FIXED32(5),
  FIXED64(1),
  SFIXED64(1),
  DOUBLE(1);

  final int wireType;

  Kind(int wireType) {
    this.wireType = wireType;
  }
}
