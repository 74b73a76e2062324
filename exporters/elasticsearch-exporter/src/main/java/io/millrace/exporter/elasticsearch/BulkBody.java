package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.toolkit.http.HttpBody;
import java.io.IOException;
import java.io.OutputStream;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@code _bulk} request: for every item of a batch, in order, a line with what to
 * do and a line with the document. Written as it goes through the compressor; never held as a
 * whole. One thread at a time.
 */
final class BulkBody implements HttpBody {
  private static final AttributeKey DOCUMENT_ID = AttributeKey.of("elasticsearch.document_id");
  private static final AttributeKey PIPELINE = AttributeKey.of("elasticsearch.ingest_pipeline");
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Batch batch;
  private final IndexRouter router;
  private final boolean idAttribute;
  private final boolean pipelineAttribute;

  /** The member of the index written last: most items of a batch go to one. */
  private final JsonWriter indexMember = JsonWriter.inMemory();

  private String lastIndex = "";

  /** Items whose id follows from their origin. */
  private final BitSet originIds = new BitSet();

  BulkBody(Batch batch, IndexRouter router, ElasticsearchExporterConfig config) {
    this.batch = batch;
    this.router = router;
    this.idAttribute =
        switch (batch.signal()) {
          case LOGS -> config.logsDynamicId().enabled();
          case TRACES -> config.tracesDynamicId().enabled();
          case METRICS -> false;
          case PROFILES -> throw batch.signal().unsupported();
        };
    this.pipelineAttribute =
        batch.signal() == Signal.LOGS && config.logsDynamicPipeline().enabled();
  }

  /** Whether the item's id follows from its origin; known once the body has been written. */
  boolean hasOriginId(int item) {
    return originIds.get(item);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    JsonWriter json = JsonWriter.to(out, BUFFER_BYTES);
    Documents documents = new Documents(json);
    for (ResourceGroup group : batch.groups()) {
      documents.enter(group);
      for (ScopeGroup scope : group.scopes()) {
        documents.enter(scope);
        IndexRouter.Around around = IndexRouter.Around.of(group, scope);
        for (Item item : scope.items()) {
          IndexName index = router.route(batch.signal(), around, item);
          action(json, item, index);
          documents.write(item, index, batch.origins());
          json.newLine();
        }
      }
    }
    json.flush();
  }

  private void action(JsonWriter json, Item item, IndexName index) throws IOException {
    Origins origins = batch.origins();
    if (!index.index().equals(lastIndex)) {
      indexMember.clear();
      indexMember.name("_index").value(index.index());
      lastIndex = index.index();
    }
    json.beginObject().name("create").beginObject();
    json.fragment(indexMember);
    String own = idAttribute ? text(item.attributes().get(DOCUMENT_ID)) : "";
    String derived = origins.isNone() ? "" : origins.documentId(item.index());
    if (own.isEmpty()) {
      Documents.id(json, "_id", derived);
    } else {
      json.name("_id").value(own);
    }
    originIds.set(item.index(), own.isEmpty() && !derived.isEmpty());
    if (pipelineAttribute) {
      Documents.text(json, "pipeline", text(item.attributes().get(PIPELINE)));
    }
    json.endObject().endObject();
    json.newLine();
  }

  private static String text(@Nullable Value value) {
    return value == null ? "" : value.asText();
  }
}
