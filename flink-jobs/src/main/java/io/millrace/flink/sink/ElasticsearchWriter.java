package io.millrace.flink.sink;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the sink's batches. Installs the index templates before the first one. Whatever can pass
 * (429, 5xx, no connection, wrong credentials) is tried again for ever, after 100 ms to 5 s, and
 * holds back Kafka meanwhile; what Elasticsearch will never take goes to the index of rejected
 * documents.
 *
 * <p>Written to by one thread; answers arrive on the client's threads.
 */
final class ElasticsearchWriter extends AsyncSinkWriter<Document, Document> {

  private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchWriter.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long WARN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final ElasticsearchAsyncClient client;
  private final IndexNames indices;
  private final BulkWriter bulk;
  private final ScheduledExecutorService scheduler;
  private @Nullable CompletableFuture<Void> templates;
  private volatile int failures;
  private volatile long lastWarning = System.nanoTime() - WARN_EVERY_NANOS;

  /**
   * @param client ownership passes to the writer
   */
  ElasticsearchWriter(
      ElementConverter<Document, Document> converter,
      WriterInitContext context,
      AsyncSinkWriterConfiguration configuration,
      Collection<BufferedRequestState<Document>> state,
      ElasticsearchAsyncClient client,
      IndexNames indices) {
    super(
        converter,
        context,
        configuration,
        state,
        new SimpleBatchCreator<>(configuration.getMaxBatchSizeInBytes()),
        new DequeRequestBuffer<>());
    MetricGroup metrics = context.metricGroup();
    this.client = client;
    this.indices = indices;
    this.bulk = new BulkWriter(client, indices, new BulkCounters(metrics));
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "millrace-elasticsearch-retry");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  protected void submitRequestEntries(List<Document> documents, ResultHandler<Document> handler) {
    var unused =
        templates()
            .thenCompose(nothing -> bulk.write(documents))
            .whenComplete(
                (again, failure) -> {
                  if (failure != null) {
                    retry(documents, handler, String.valueOf(failure));
                  } else if (again.isEmpty()) {
                    failures = 0;
                    handler.complete();
                  } else {
                    retry(again, handler, again.size() + " documents were not taken");
                  }
                });
  }

  @Override
  protected long getSizeInBytes(Document document) {
    return document.sizeBytes();
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      super.close();
    }
  }

  /** Done once the templates are installed; asked for again after a failure. */
  private synchronized CompletableFuture<Void> templates() {
    CompletableFuture<Void> current = templates;
    if (current == null || current.isCompletedExceptionally()) {
      current = IndexTemplates.install(client, indices.prefix());
      templates = current;
    }
    return current;
  }

  private void retry(List<Document> documents, ResultHandler<Document> handler, String reason) {
    int failed = failures + 1;
    failures = failed;
    long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failed - 1, 6));
    long withJitter = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    long now = System.nanoTime();
    if (now - lastWarning >= WARN_EVERY_NANOS) {
      lastWarning = now;
      LOG.warn(
          "Elasticsearch is not taking documents, trying again: {} ({} failures in a row)",
          reason,
          failed);
    }
    if (!scheduler.isShutdown()) {
      var unused =
          scheduler.schedule(
              () -> handler.retryForEntries(documents), withJitter, TimeUnit.MILLISECONDS);
    }
  }
}
