package io.millrace.processor.memorylimiter;

import io.millrace.api.component.Meter;
import io.millrace.api.telemetry.Signal;

/** What passed and what did not, of one signal, under the Collector's names. */
record FlowCounters(Meter.Counter accepted, Meter.Counter refused) {

  static FlowCounters of(Meter meter, Signal signal) {
    String items = signal.itemNoun();
    return new FlowCounters(
        meter.counter(
            "processor_memory_limiter_accepted_" + items, "Items that passed the memory limiter"),
        meter.counter(
            "processor_memory_limiter_refused_" + items, "Items that the memory limiter refused"));
  }
}
