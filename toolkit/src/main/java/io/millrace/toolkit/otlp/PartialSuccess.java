package io.millrace.toolkit.otlp;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Meter;
import io.millrace.api.telemetry.Batch;
import io.millrace.toolkit.log.LogLimit;
import java.io.IOException;
import java.time.Duration;

/**
 * What an OTLP exporter makes of a successful answer. Thread-safe.
 *
 * <p>OTLP tells how many items of a request a server threw away, never which. So that none of them
 * is gone, the whole batch goes to the dead letters, with the count in the reason, while it also
 * counts as sent: it must not be sent again, since the server keeps the rest. Whoever replays the
 * dead letter gets the items that arrived a second time.
 */
public final class PartialSuccess {
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final ComponentContext context;
  private final Meter.Counter rejectedItems;
  private final LogLimit log;

  public PartialSuccess(ComponentContext context) {
    this.context = context;
    this.rejectedItems =
        context
            .meter()
            .counter(
                "exporter_partially_rejected_items",
                "Items that the destination threw away although it took their request.");
    this.log = new LogLimit(LOG_INTERVAL, context.clock());
  }

  /** The outcome of an export that was answered with success. */
  public ExportOutcome outcome(Batch batch, ExportResponse response) {
    if (response.rejectedItems() <= 0) {
      if (!response.message().isEmpty()) {
        warn("The destination took everything, with a warning", response);
      }
      return ExportOutcome.ACCEPTED;
    }
    rejectedItems.add(response.rejectedItems());
    warn("The destination took only a part", response);
    String reason =
        "Partial success: "
            + response.rejectedItems()
            + " of "
            + batch.itemCount()
            + " items rejected, unknown which"
            + (response.message().isEmpty() ? "" : ": " + response.message());
    if (response.rejectedItems() >= batch.itemCount()) {
      return new ExportOutcome.Rejected(reason);
    }
    try {
      context.deadLetters().put(batch, reason);
      return ExportOutcome.ACCEPTED;
    } catch (IOException e) {
      return new ExportOutcome.Retry(
          reason + "; the dead letters cannot be written: " + e.getMessage(), null);
    }
  }

  /** The outcome of an export that was answered with success and a body that cannot be read. */
  public ExportOutcome unreadable(IOException cause) {
    log.log(
        suppressed ->
            context
                .logger()
                .atWarn()
                .setCause(cause)
                .addKeyValue("suppressed", suppressed)
                .log("The destination's answer cannot be read; its success counts"));
    return ExportOutcome.ACCEPTED;
  }

  private void warn(String what, ExportResponse response) {
    log.log(
        suppressed ->
            context
                .logger()
                .atWarn()
                .addKeyValue("rejected", response.rejectedItems())
                .addKeyValue("message", response.message())
                .addKeyValue("suppressed", suppressed)
                .log(what));
  }
}
