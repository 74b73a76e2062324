package io.millrace.api.component;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;

/**
 * Sends telemetry out of the agent. Queueing, retry, time-out, batching, dead letters and telemetry
 * are the runtime's; an exporter makes one attempt and says what came of it. Thread-safe: several
 * attempts may run at the same time, on virtual threads.
 */
public interface Exporter extends Component {

  /**
   * Makes one attempt to send a batch. Blocks until the outcome is known. The runtime interrupts
   * the thread when the attempt's time-out is over; the attempt then counts as {@link
   * ExportOutcome.Retry}.
   *
   * <p>An unchecked exception counts as {@link ExportOutcome.Retry} and is logged with its trace.
   */
  ExportOutcome export(Batch batch, RequestContext context) throws InterruptedException;
}
