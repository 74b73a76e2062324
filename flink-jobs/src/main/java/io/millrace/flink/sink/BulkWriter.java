package io.millrace.flink.sink;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.transport.rest5_client.low_level.ResponseException;
import co.elastic.clients.util.BinaryData;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import io.millrace.flink.document.RejectedDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends bulk requests and sorts the answers, document by document:
 *
 * <ul>
 *   <li>2xx, and 409 since versions are external: done;
 *   <li>429 and 5xx: again;
 *   <li>any other 4xx: rejected;
 *   <li>413 or 400 for the whole request: in halves, down to the document that is to blame;
 *   <li>anything else for the whole request: the future fails, all again.
 * </ul>
 *
 * Thread-safe.
 */
final class BulkWriter {

  private static final Logger LOG = LoggerFactory.getLogger(BulkWriter.class);
  private static final String JSON = "application/json";
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private final ElasticsearchAsyncClient client;
  private final IndexNames indices;
  private final BulkCounters counters;

  BulkWriter(ElasticsearchAsyncClient client, IndexNames indices, BulkCounters counters) {
    this.client = client;
    this.indices = indices;
    this.counters = counters;
  }

  /**
   * Sends documents.
   *
   * @return completes with what is still to be written: documents to try again, and dead letters;
   *     fails when the request as a whole is to be tried again
   */
  CompletableFuture<List<Document>> write(List<Document> documents) {
    return client
        .bulk(request(documents))
        .thenApply(response -> sort(documents, response))
        .exceptionallyCompose(failure -> recover(documents, unwrap(failure)));
  }

  private static BulkRequest request(List<Document> documents) {
    return BulkRequest.of(
        bulk -> {
          for (Document document : documents) {
            bulk.operations(
                operation ->
                    operation.index(
                        index ->
                            index
                                .index(document.index())
                                .id(document.id())
                                .version(document.version())
                                .versionType(VersionType.ExternalGte)
                                .document(BinaryData.of(document.source(), JSON))));
          }
          return bulk;
        });
  }

  private List<Document> sort(List<Document> documents, BulkResponse response) {
    List<Document> again = new ArrayList<>();
    List<BulkResponseItem> items = response.items();
    for (int i = 0; i < documents.size(); i++) {
      Document document = documents.get(i);
      int status = items.get(i).status();
      if (status < BAD_REQUEST) {
        counters.written.incrementAndGet();
      } else if (status == CONFLICT) {
        counters.superseded.incrementAndGet();
      } else if (status == TOO_MANY || status >= SERVER_ERROR) {
        counters.retried.incrementAndGet();
        again.add(document);
      } else {
        reject(document, status, reason(items.get(i).error()), again);
      }
    }
    return again;
  }

  private CompletableFuture<List<Document>> recover(List<Document> documents, Throwable failure) {
    int status = status(failure);
    if (status != BAD_REQUEST && status != TOO_LARGE) {
      counters.retried.addAndGet(documents.size());
      return CompletableFuture.failedFuture(failure);
    }
    if (documents.size() == 1) {
      List<Document> again = new ArrayList<>();
      reject(documents.get(0), status, String.valueOf(failure.getMessage()), again);
      return CompletableFuture.completedFuture(again);
    }
    int middle = documents.size() / 2;
    return write(documents.subList(0, middle))
        .thenCombine(
            write(documents.subList(middle, documents.size())),
            (first, second) -> {
              List<Document> again = new ArrayList<>(first);
              again.addAll(second);
              return again;
            });
  }

  private void reject(Document document, int status, String reason, List<Document> again) {
    if (indices.isRejected(document.index())) {
      counters.lost.incrementAndGet();
      LOG.error(
          "Elasticsearch rejects a dead letter, it is lost: {}/{} ({})",
          document.index(),
          document.id(),
          reason);
      return;
    }
    if (counters.rejected.getAndIncrement() == 0) {
      LOG.warn(
          "Elasticsearch rejects a document, it goes to {}: {}/{} ({}); the metric"
              + " documentsRejected counts further ones",
          indices.rejected(document.index()),
          document.index(),
          document.id(),
          reason);
    }
    again.add(RejectedDocuments.of(indices, document, status, reason, System.currentTimeMillis()));
  }

  private static String reason(@org.jspecify.annotations.Nullable ErrorCause error) {
    if (error == null) {
      return "no reason given";
    }
    ErrorCause cause = error.causedBy();
    return error.type()
        + ": "
        + error.reason()
        + (cause == null ? "" : " (" + cause.type() + ": " + cause.reason() + ")");
  }

  /** The HTTP status of a failed request; 0 when there was none. */
  private static int status(Throwable failure) {
    if (failure instanceof ElasticsearchException elasticsearchException) {
      return elasticsearchException.status();
    }
    if (failure instanceof ResponseException responseException) {
      return responseException.getResponse().getStatusCode();
    }
    // The client's way to say that a 413 had no body.
    return failure instanceof NoSuchElementException ? TOO_LARGE : 0;
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
