package io.millrace.core.graph;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.Identity;
import io.millrace.core.plugin.Kind;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which logs a configuration has, and who reads them. */
final class LogNames {

  /** The only reader of the log before an exporter. */
  static final String EXPORTER = "exporter";

  private LogNames() {}

  /** The name of a log in the state directory. */
  static String log(Identity owner, Signal signal) {
    return owner.stateName() + "-" + signal.id();
  }

  /** The names of the readers of every log. */
  static Map<String, Set<String>> of(AgentConfig config) {
    Map<String, Set<String>> logs = new LinkedHashMap<>();
    for (PipelineConfig pipeline : config.pipelines()) {
      for (ComponentId id : pipeline.receivers()) {
        Configured receiver = config.receivers().get(id);
        if (receiver != null && Factories.acknowledge(receiver) == Acknowledge.LOGGED) {
          logs.computeIfAbsent(
                  log(Identity.of(Kind.RECEIVER, id), pipeline.signal()),
                  key -> new LinkedHashSet<>())
              .add(pipeline.id());
        }
      }
      for (ComponentId id : pipeline.exporters()) {
        Configured exporter = config.exporters().get(id);
        if (exporter != null && hasLog(exporter)) {
          logs.put(log(Identity.of(Kind.EXPORTER, id), pipeline.signal()), Set.of(EXPORTER));
        }
      }
    }
    return logs;
  }

  /** Whether an exporter's queue is kept on disk, or overflows there. */
  static boolean hasLog(Configured exporter) {
    DeliverySettings.Queue queue = Factories.delivery(exporter).queue();
    return queue.enabled()
        && (exporter.queueStorage() != null || queue.overflow() == DeliverySettings.Overflow.SPILL);
  }
}
