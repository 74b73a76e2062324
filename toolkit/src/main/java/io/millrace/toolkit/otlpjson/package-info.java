/**
 * OTLP/JSON: batches read from and written as the JSON form of export requests. Open {@link
 * io.millrace.toolkit.otlpjson.OtlpJson} first.
 *
 * <p>Source: the OTLP specification 1.9, "JSON Protobuf Encoding", over the JSON mapping of proto3.
 */
@NullMarked
package io.millrace.toolkit.otlpjson;

import org.jspecify.annotations.NullMarked;
