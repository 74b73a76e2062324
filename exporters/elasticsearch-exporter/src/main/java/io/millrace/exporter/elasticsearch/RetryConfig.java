package io.millrace.exporter.elasticsearch;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import java.time.Duration;
import java.util.List;

/** The {@code retry} block. Immutable. */
@Doc("Sending again what Elasticsearch did not take.")
public record RetryConfig(
    @Doc("Whether the exporter tries again; otherwise the source is asked to, at once.")
        @Default("true")
        boolean enabled,
    @Doc("How often a request is repeated.")
        @Tuning("requests are repeated until they succeed")
        @Default("2")
        int maxRetries,
    @Doc("How often a request is sent.")
        @Tuning("requests are repeated until they succeed")
        @Default("0")
        int maxRequests,
    @Doc("Wait before the first repetition.") @Default("100ms") @Range(min = "1ms")
        Duration initialInterval,
    @Doc("Longest wait.") @Default("1m") @Range(min = "1ms") Duration maxInterval,
    @Doc("Statuses of requests and documents to try again, beside 401, 403, 404, 408, 429, 5xx.")
        @Default("[429]")
        List<Integer> retryOnStatus,
    @Doc("Further statuses of documents to try again.") @Default("[]")
        List<Integer> retryOnDocumentStatus) {

  public RetryConfig {
    retryOnStatus = List.copyOf(retryOnStatus);
    retryOnDocumentStatus = List.copyOf(retryOnDocumentStatus);
  }

  /** What holds where nothing is set. */
  public static RetryConfig standard() {
    return new RetryConfig(
        true, 2, 0, Duration.ofMillis(100), Duration.ofMinutes(1), List.of(429), List.of());
  }
}
