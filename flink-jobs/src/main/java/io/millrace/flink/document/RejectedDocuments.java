package io.millrace.flink.document;

import java.nio.charset.StandardCharsets;

/**
 * The dead letters of the sink: documents that Elasticsearch will never take; layout in {@code
 * io.millrace.flink}.
 */
public final class RejectedDocuments {

  private static final int MAX_REASON = 2_000;

  private RejectedDocuments() {}

  /** The dead letter for a document. */
  public static Document of(
      IndexNames indices, Document document, int status, String reason, long nowMillis) {
    JsonText json = new JsonText();
    json.time("@timestamp", nowMillis)
        .field("status", status)
        .field("reason", reason.substring(0, Math.min(reason.length(), MAX_REASON)))
        .beginObject("rejected")
        .field("index", document.index())
        .field("id", document.id())
        .field("version", document.version())
        .endObject()
        .raw("document", new String(document.source(), StandardCharsets.UTF_8));
    return new Document(
        indices.rejected(document.index()),
        DocumentId.of(document.index(), document.id()),
        document.version(),
        json.toBytes());
  }
}
