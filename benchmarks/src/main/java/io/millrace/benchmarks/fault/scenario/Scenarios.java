package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.scenario.Stage.Part;
import io.millrace.benchmarks.fault.storm.Timeline;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The scenarios there are, by name. */
public final class Scenarios {
  private static final Map<String, Entry> ALL = new LinkedHashMap<>();

  static {
    ALL.put(OtlpThroughLog.NAME, new Entry(EnumSet.noneOf(Part.class), OtlpThroughLog::new));
    ALL.put(
        FileToElasticsearch.NAME,
        new Entry(EnumSet.of(Part.ELASTICSEARCH, Part.KAFKA), FileToElasticsearch::new));
    ALL.put(FileToWindows.NAME, new Entry(EnumSet.allOf(Part.class), FileToWindows::new));
    ALL.put(
        FanOutToTwo.NAME, new Entry(EnumSet.of(Part.ELASTICSEARCH, Part.KAFKA), FanOutToTwo::new));
    ALL.put(Overload.NAME, new Entry(EnumSet.noneOf(Part.class), Overload::new));
  }

  private Scenarios() {}

  /** Their names. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** The servers that a scenario needs. */
  public static Set<Part> parts(String name) {
    return entry(name).parts;
  }

  /** Sets a scenario up on a stage that has its servers; nothing flows yet. */
  public static Scenario open(String name, Stage stage, Timeline timeline)
      throws IOException, InterruptedException {
    return entry(name).maker.make(stage, timeline);
  }

  private static Entry entry(String name) {
    Entry entry = ALL.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "scenario: \"" + name + "\" (expected: one of " + String.join(", ", names()) + ")");
    }
    return entry;
  }

  private record Entry(Set<Part> parts, Maker maker) {}

  @FunctionalInterface
  private interface Maker {
    Scenario make(Stage stage, Timeline timeline) throws IOException, InterruptedException;
  }
}
