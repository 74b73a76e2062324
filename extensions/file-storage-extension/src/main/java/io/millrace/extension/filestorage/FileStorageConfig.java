package io.millrace.extension.filestorage;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Configuration of the {@code file_storage} extension. Immutable. */
@Doc("Keeps what components must remember over a restart, one file for each of them.")
public record FileStorageConfig(
    @Doc("Directory of the files. Must exist unless create_directory is on.")
        @Default("/var/lib/otelcol/file_storage")
        Path directory,
    @Doc(
            "How long to wait for another process to let go of a component's file before the"
                + " component fails to start; 0 tries once.")
        @Default("1s")
        @Range(min = "0s")
        Duration timeout,
    @Doc(
            "Whether every write reaches the disk before it counts. Off: what was written survives"
                + " the death of the process, but a power failure can cost the last seconds.")
        @Default("false")
        boolean fsync,
    @Doc("Whether to make the directory when it is absent.") @Default("false")
        boolean createDirectory,
    @Doc("Permissions of a directory that create_directory makes, in octal.") @Default("0750")
        String directoryPermissions,
    @Doc("When files are rewritten without what is out of date.") @Default("{}")
        CompactionConfig compaction,
    @Doc("Whether to start anew when a file is damaged.")
        @Default("false")
        @Tuning("damaged entries are always left out and the rest is kept")
        boolean recreate)
    implements Validated {
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");

  /** Keys of the Collector about a database that never shrinks by itself. Immutable. */
  @Doc("Files are rewritten by themselves when most of them is out of date.")
  public record CompactionConfig(
      @Doc("Rewrite at start.") @Default("false") @Tuning(AUTOMATIC) boolean onStart,
      @Doc("Rewrite when usage drops.") @Default("false") @Tuning(AUTOMATIC) boolean onRebound,
      @Doc("Directory for the rewritten file.")
          @Tuning("the rewritten file is made beside the old one, so that it can replace it")
          @Nullable Path directory,
      @Doc("Size above which a drop is looked for.") @Default("100") @Tuning(AUTOMATIC)
          long reboundNeededThresholdMib,
      @Doc("Size below which a drop counts.") @Default("10") @Tuning(AUTOMATIC)
          long reboundTriggerThresholdMib,
      @Doc("Entries per write while rewriting.") @Default("65536") @Tuning(AUTOMATIC)
          long maxTransactionSize,
      @Doc("How often to look.") @Default("5s") @Tuning(AUTOMATIC) Duration checkInterval,
      @Doc("Remove left-over temporary files at start.")
          @Default("false")
          @Tuning("left-over temporary files are always removed")
          boolean cleanupOnStart) {
    static final String AUTOMATIC = "a file is rewritten whenever most of it is out of date";
  }

  @Override
  public void validate(Problems problems) {
    if (!OCTAL.matcher(directoryPermissions).matches()) {
      problems.add(
          "directory_permissions",
          "\"" + directoryPermissions + "\" (expected: three octal digits such as 0750)");
    }
  }
}
