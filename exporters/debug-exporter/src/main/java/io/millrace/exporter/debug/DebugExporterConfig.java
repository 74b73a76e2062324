package io.millrace.exporter.debug;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Validated;
import java.util.List;

/** Configuration of the {@code debug} exporter; keys and defaults are the Collector's. */
public record DebugExporterConfig(
    @Doc(
            "basic: a line of counts. normal: a line an item. detailed: every field."
                + " Profiles are always printed as basic.")
        @Default("basic")
        Verbosity verbosity,
    @Doc("Batches printed each second before sampling begins.") @Default("2") @Range(min = "0")
        int samplingInitial,
    @Doc("Of the batches beyond that, every n-th is printed; 0 means none.")
        @Default("1")
        @Range(min = "0")
        int samplingThereafter,
    @Doc("Whether to print through the agent's log, with its level and format.") @Default("true")
        boolean useInternalLogger,
    @Doc("Where to print otherwise: stdout, stderr or paths of files.") @Default("[stdout]")
        List<String> outputPaths)
    implements Validated {

  /** How much is printed. */
  public enum Verbosity {
    BASIC,
    NORMAL,
    DETAILED
  }

  public DebugExporterConfig {
    outputPaths = List.copyOf(outputPaths);
  }

  @Override
  public void validate(Problems problems) {
    if (!useInternalLogger && outputPaths.isEmpty()) {
      problems.add("output_paths", "[] (expected: stdout, stderr or a path)");
    }
  }
}
