package io.millrace.toolkit.kafka;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import java.time.Duration;

/** The {@code metadata} block of a Kafka client. Immutable. */
@Doc("How the client learns about topics and brokers.")
public record KafkaMetadataConfig(
    @Doc("Whether all topics are learnt of.")
        @Tuning("only the topics in use are asked for")
        @Default("true")
        boolean full,
    @Doc("How often topics and brokers are asked for again; new partitions are seen after that.")
        @Default("10m")
        @Range(min = "1s")
        Duration refreshInterval,
    @Doc("Repeating of failed requests.") @Default("{}") Retry retry) {

  /** The {@code retry} block. Immutable. */
  @Doc("Repeating of failed requests.")
  public record Retry(
      @Doc("How often a request is repeated.")
          @Tuning("requests are repeated until their time is over")
          @Default("20")
          int max,
      @Doc("Wait before the first repetition; it doubles up to 5s.")
          @Default("250ms")
          @Range(min = "1ms", max = "10m")
          Duration backoff) {

    /** What holds where nothing is set. */
    public static Retry standard() {
      return new Retry(20, Duration.ofMillis(250));
    }
  }

  /** What holds where nothing is set. */
  public static KafkaMetadataConfig standard() {
    return new KafkaMetadataConfig(true, Duration.ofMinutes(10), Retry.standard());
  }
}
