package io.millrace.core.graph;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a configuration guarantees, in words. */
public final class Guarantees {

  private static final String GIVEN_UP =
      "which puts the batch in its dead letters, or refuses it to a sender that still waits";

  private Guarantees() {}

  /** One line for each pipeline: when its receivers acknowledge, and where that has an end. */
  public static List<String> of(AgentConfig config) {
    return config.pipelines().stream().map(pipeline -> line(config, pipeline)).toList();
  }

  private static String line(AgentConfig config, PipelineConfig pipeline) {
    List<String> parts = new ArrayList<>();
    for (ComponentId id : pipeline.receivers()) {
      Configured receiver = config.receivers().get(id);
      parts.add(
          receiver == null
              ? id + " hands on what the pipeline before it acknowledges"
              : id + " acknowledges " + acknowledged(receiver));
    }
    for (ComponentId id : pipeline.processors()) {
      qualify("processor", config.processors().get(id), parts);
    }
    for (ComponentId id : pipeline.exporters()) {
      qualify("connector", config.connectors().get(id), parts);
      Configured exporter = config.exporters().get(id);
      if (exporter != null) {
        qualify(exporter, parts);
      }
    }
    return pipeline.id() + ": " + String.join("; ", parts);
  }

  private static String acknowledged(Configured receiver) {
    return switch (Factories.acknowledge(receiver)) {
      case LOGGED -> "what is in its log on disk, and delivers it through crashes and outages";
      case DELIVERED -> "what every exporter has";
      case ACCEPTED -> "what is in memory, and loses it in a crash";
    };
  }

  private static void qualify(String kind, @Nullable Configured absorber, List<String> parts) {
    if (absorber != null) {
      Factories.lostInACrash(absorber)
          .ifPresent(what -> parts.add(kind + " " + absorber.id() + " loses in a crash " + what));
    }
  }

  private static void qualify(Configured exporter, List<String> parts) {
    DeliverySettings.Queue queue = Factories.delivery(exporter).queue();
    if (queue.enabled() && exporter.queueStorage() != null) {
      parts.add("exporter " + exporter.id() + " has what is in its log on disk");
    }
    String overflow =
        switch (queue.overflow()) {
          case BLOCK -> "";
          case SPILL -> " has what its full queue does not take once it is in a log on disk";
          case DEAD_LETTER -> " puts what its full queue does not take in its dead letters";
          case DROP -> " loses what its full queue does not take";
        };
    if (!overflow.isEmpty()) {
      parts.add("exporter " + exporter.id() + overflow);
    }
    DeliverySettings.Retry retry = Factories.delivery(exporter).retry();
    Duration limit = retry.maxElapsedTime();
    if (!retry.enabled()) {
      parts.add("exporter " + exporter.id() + " gives up after one failed attempt, " + GIVEN_UP);
    } else if (!limit.isZero()) {
      parts.add(
          "exporter " + exporter.id() + " gives up after " + seconds(limit) + ", " + GIVEN_UP);
    }
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }
}
