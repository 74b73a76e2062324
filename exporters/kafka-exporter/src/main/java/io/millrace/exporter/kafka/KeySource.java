package io.millrace.exporter.kafka;

/** What splits a batch into records with keys. */
enum KeySource {
  NONE,
  TRACE_ID,
  RESOURCE
}
