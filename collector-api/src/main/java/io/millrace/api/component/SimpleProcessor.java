package io.millrace.api.component;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;

/**
 * A processor that makes one batch of another and keeps nothing. It sees no Delivery: the runtime
 * carries it over, and completes it when the result is empty. A batch of many thousand items comes
 * in parts, one call each. Thread-safe.
 */
public non-sealed interface SimpleProcessor extends Processor {

  /**
   * Makes the batch to hand on.
   *
   * @return the batch to hand on; the same instance when nothing changed, an empty batch when
   *     everything was dropped
   * @throws RefusedException when the batch must not pass now; the source is asked to try again
   */
  Batch process(Batch batch, RequestContext context) throws RefusedException;
}
