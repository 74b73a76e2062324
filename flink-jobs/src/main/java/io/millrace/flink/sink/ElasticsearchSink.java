package io.millrace.flink.sink;

import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes documents to Elasticsearch with ids and external versions, so that a repeated write
 * changes nothing and an older one is refused. At least once; exactly once in effect. See {@link
 * ElasticsearchWriter} for what happens when Elasticsearch refuses.
 */
public final class ElasticsearchSink extends AsyncSinkBase<Document, Document> {

  private static final long serialVersionUID = 1L;
  private static final int MAX_BATCH = 1_000;
  private static final int MAX_IN_FLIGHT = 4;
  private static final int MAX_BUFFERED = 20_000;
  private static final long MAX_BATCH_BYTES = 5 << 20;
  private static final long MAX_IN_BUFFER_MILLIS = 500;
  private static final long REQUEST_TIMEOUT_MILLIS = 120_000;

  private final ElasticsearchSettings settings;
  private final IndexNames indices;

  /**
   * @param settings where to
   * @param indices names of indices and templates
   */
  public ElasticsearchSink(ElasticsearchSettings settings, IndexNames indices) {
    super(
        new Unchanged(),
        MAX_BATCH,
        MAX_IN_FLIGHT,
        MAX_BUFFERED,
        MAX_BATCH_BYTES,
        MAX_IN_BUFFER_MILLIS,
        MAX_BATCH_BYTES,
        REQUEST_TIMEOUT_MILLIS,
        false);
    this.settings = settings;
    this.indices = indices;
  }

  @Override
  public StatefulSinkWriter<Document, BufferedRequestState<Document>> createWriter(
      WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<Document, BufferedRequestState<Document>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<Document>> state)
      throws IOException {
    AsyncSinkWriterConfiguration configuration =
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(getMaxBatchSize())
            .setMaxBatchSizeInBytes(getMaxBatchSizeInBytes())
            .setMaxInFlightRequests(getMaxInFlightRequests())
            .setMaxBufferedRequests(getMaxBufferedRequests())
            .setMaxTimeInBufferMS(getMaxTimeInBufferMS())
            .setMaxRecordSizeInBytes(getMaxRecordSizeInBytes())
            .setRequestTimeoutMS(getRequestTimeoutMS())
            .setFailOnTimeout(getFailOnTimeout())
            .build();
    return new ElasticsearchWriter(
        getElementConverter(), context, configuration, state, Connection.open(settings), indices);
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<Document>> getWriterStateSerializer() {
    return new DocumentSerializer();
  }

  private static final class Unchanged implements ElementConverter<Document, Document> {

    private static final long serialVersionUID = 1L;

    @Override
    public Document apply(Document document, SinkWriter.Context context) {
      return document;
    }
  }
}
