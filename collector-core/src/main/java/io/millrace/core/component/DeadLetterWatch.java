package io.millrace.core.component;

import io.millrace.api.component.Health;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts dead letters, and raises the alarm when they cannot be kept. Thread-safe. */
public final class DeadLetterWatch implements DeadLetterStore.Observer {

  /** The name in health. */
  public static final String PART = "dead_letters";

  private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetterWatch.class);

  private final Instruments instruments;
  private final HealthBoard board;
  private final LogLimiter limiter = new LogLimiter();
  private volatile boolean unwell;

  public DeadLetterWatch(Instruments instruments, HealthBoard board) {
    this.instruments = instruments;
    this.board = board;
  }

  /** Shows how full a store is. */
  public void measure(DeadLetterStore store) {
    var _ =
        instruments.gauge(
            "otelcol_dead_letters_bytes",
            "Bytes that the dead letters take",
            Map.of(),
            () -> {
              try {
                return store.keptBytes();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    var _ =
        instruments.gauge(
            "otelcol_dead_letters_capacity_bytes",
            "Bytes that the dead letters may take",
            Map.of(),
            store::capacityBytes);
  }

  @Override
  public void kept(String component, long letters, long items) {
    counter("kept", "Dead letters that were put aside", component).add(letters);
    counter("kept_items", "Items that were put aside as dead letters", component).add(items);
    if (unwell) {
      unwell = false;
      limiter.reset();
      board.report(PART, Health.OK);
    }
  }

  @Override
  public void dropped(String component, long letters, long items) {
    counter("dropped", "Dead letters that were lost to make room", component).add(letters);
    counter("dropped_items", "Items that were lost with dropped dead letters", component)
        .add(items);
    if (limiter.permit("dropped " + component) >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", component)
          .addKeyValue("letters", letters)
          .addKeyValue("items", items)
          .log("Dead letters are full; the oldest ones were dropped and are lost");
    }
  }

  @Override
  public void failed(String component, IOException cause) {
    counter("failures", "Attempts to put something aside that failed", component).add(1);
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    unwell = true;
    board.report(PART, new Health.Degraded(reason));
    if (limiter.permit(reason) >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", component)
          .log("Telemetry waits that has to be put aside: {}", reason);
    }
  }

  private Instruments.Tally counter(String name, String description, String component) {
    return instruments.counter(
        "otelcol_dead_letters_" + name, description, Map.of("component", component));
  }
}
