package io.millrace.receiver.filelog;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.receiver.filelog.operator.OperatorChain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Configuration of the {@code filelog} receiver. Immutable. */
@Doc("Tails files and makes one log record of every line or group of lines.")
public record FilelogConfig(
    @Doc(
            "Patterns of the files to read: * and ? within a name, ** across directories, [a-z],"
                + " {one,other}.")
        @Required
        List<String> include,
    @Doc("Patterns of files not to read, though include matches them.") @Default("[]")
        List<String> exclude,
    @Doc(
            "Files whose last change is longer ago are not read; 0 reads all of them. A file that is"
                + " changed later is read then.")
        @Default("0s")
        @Range(min = "0s")
        Duration excludeOlderThan,
    @Doc(
            "Where to begin in files that are there at the first start. Files that appear later, and"
                + " files that appeared while the agent was down, are read from the beginning.")
        @Default("end")
        StartAt startAt,
    @Doc("How often to look for new files and new content.") @Default("200ms") @Range(min = "1ms")
        Duration pollInterval,
    @Doc(
            "Files that are open at the same time. Beyond, files that have been read to their end"
                + " are closed until they change.")
        @Default("1024")
        @Range(min = "2")
        int maxConcurrentFiles,
    @Doc("Groups of files read in one poll.")
        @Default("0")
        @Tuning("files are read in turns, without groups")
        int maxBatches,
    @Doc(
            "How many of a file's first bytes tell whether it is still the same one, beside device"
                + " and inode.")
        @Default("1000")
        @Range(min = "16", max = "65536")
        DataSize fingerprintSize,
    @Doc("First size of the read buffer.")
        @Default("16KiB")
        @Tuning("buffers belong to the reading threads and are reused")
        DataSize initialBufferSize,
    @Doc("Longest record; what happens to longer ones says max_log_size_behavior.")
        @Default("1MiB")
        @Range(min = "64", max = "256MiB")
        DataSize maxLogSize,
    @Doc("Whether a record above max_log_size becomes several or loses its end.") @Default("split")
        MaxLogSizeBehavior maxLogSizeBehavior,
    @Doc("Encoding of the files: utf-8, nop (bytes as they are), ascii, utf-16le, big5, ...")
        @Default("utf-8")
        String encoding,
    @Doc("How lines make up a record, where a line is not one.")
        @Nullable MultilineConfig multiline,
    @Doc(
            "How long the end of a file must not have grown until it counts as a record without its"
                + " line end; 0 waits for ever.")
        @Default("500ms")
        @Range(min = "0s")
        Duration forceFlushPeriod,
    @Doc("Whether white space before a record stays.") @Default("false")
        boolean preserveLeadingWhitespaces,
    @Doc("Whether white space behind a record stays.") @Default("false")
        boolean preserveTrailingWhitespaces,
    @Doc("Whether to add the attribute log.file.name.") @Default("true") boolean includeFileName,
    @Doc("Whether to add the attribute log.file.path.") @Default("false") boolean includeFilePath,
    @Doc("Whether to add log.file.name_resolved, the name behind symbolic links.") @Default("false")
        boolean includeFileNameResolved,
    @Doc("Whether to add log.file.path_resolved, the path behind symbolic links.") @Default("false")
        boolean includeFilePathResolved,
    @Doc("Whether to add log.file.owner.name.") @Default("false") boolean includeFileOwnerName,
    @Doc("Whether to add log.file.owner.group.name.") @Default("false")
        boolean includeFileOwnerGroupName,
    @Doc("Whether to add log.file.permissions.") @Default("false") boolean includeFilePermissions,
    @Doc("Whether to add log.file.record_number, counted from 1 in each file.") @Default("false")
        boolean includeFileRecordNumber,
    @Doc("Whether to add log.file.record_offset, where the record begins in the file, in bytes.")
        @Default("false")
        boolean includeFileRecordOffset,
    @Doc("Whether to delete a file once it is read.")
        @Default("false")
        @NotSupported("files are never deleted")
        boolean deleteAfterRead,
    @Doc("Whether to lock files while they are read.")
        @Default("false")
        @NotSupported("files are read without a lock")
        boolean acquireFsLock,
    @Doc("Compression of the files.") @Default("") @NotSupported("compressed files cannot be read")
        String compression,
    @Doc("How many polls positions of files are kept that are not seen.")
        @Default("0")
        @Tuning("positions of files that are not seen are kept for 30 days")
        int pollsToArchive,
    @Doc(
            "What to do when a file has become shorter than what was read of it, though it still"
                + " begins alike. Absent: as read_whole_file. What begins differently is always"
                + " read from its beginning.")
        @Nullable OnTruncate onTruncate,
    @Doc("Whether the system is told to forget the cached pages of what was read.")
        @Default("false")
        @Tuning("the page cache is left to the system")
        boolean fileCacheAdvise,
    @Doc("How a header at the top of each file is read.")
        @NotSupported("headers of files cannot be read")
        @Nullable Object header,
    @Doc("Which of the matching files are read, by order.")
        @NotSupported("every file that matches is read")
        @Nullable Object orderingCriteria,
    @Doc("Attributes to add to every record.") @Default("{}") Map<String, Object> attributes,
    @Doc("Attributes to add to every record's resource.") @Default("{}")
        Map<String, Object> resource,
    @Doc(
            "What to do with each record: json_parser, regex_parser, severity_parser, time_parser,"
                + " move, copy, add, remove, ...")
        @Default("[]")
        List<Object> operators,
    @Doc(
            "The storage extension that keeps the positions; the agent's state directory when"
                + " absent.")
        @Nullable ComponentId storage,
    @Doc("How long to wait before what was refused is sent again.") @Default("{}")
        RetryConfig retryOnFailure,
    @Doc(
            "How old the oldest batch of a file that is not acknowledged may become before the file"
                + " is not read on until it is; 0 for no limit. Nothing is lost or sent again"
                + " because of it. Beside it at most 8 MiB of a file are under way.")
        @Default("15m")
        @Range(min = "0s")
        Duration maxUnacknowledgedAge)
    implements Validated {

  /** Where to begin in files that are there at the first start. */
  public enum StartAt {
    BEGINNING,
    END
  }

  /** What happens to records above the limit. */
  public enum MaxLogSizeBehavior {
    SPLIT,
    TRUNCATE
  }

  /** What to do with a file that has become shorter but begins alike. */
  public enum OnTruncate {
    /** Wait until it is longer than what was read, and read on there. */
    IGNORE,
    /** Read it from its beginning. */
    READ_WHOLE_FILE,
    /** Read what comes from now on. */
    READ_NEW
  }

  /**
   * How lines make up a record. Immutable.
   *
   * @param lineStartPattern a record begins where this matches
   * @param lineEndPattern a record ends where this has matched
   * @param omitPattern whether what matched is left out of the record
   */
  @Doc("Groups lines into records; exactly one of the two patterns must be set.")
  public record MultilineConfig(
      @Doc("A record begins where this expression (RE2) matches, within one line.") @Default("")
          String lineStartPattern,
      @Doc("A record ends where this expression (RE2) has matched, within one line.") @Default("")
          String lineEndPattern,
      @Doc("Whether what matched is left out of the record.") @Default("false")
          boolean omitPattern) {}

  /**
   * How to wait before what was refused is sent again. Immutable.
   *
   * @param initialInterval the first wait
   * @param maxInterval the longest wait
   */
  @Doc("Waiting before a refused batch is sent again. It always is, until it has arrived.")
  public record RetryConfig(
      @Doc("Whether to send again.")
          @Default("false")
          @Tuning("what was refused is always sent again")
          boolean enabled,
      @Doc("Wait before the first repetition; doubles each time.")
          @Default("1s")
          @Range(min = "1ms")
          Duration initialInterval,
      @Doc("Longest wait.") @Default("30s") @Range(min = "1ms") Duration maxInterval,
      @Doc("When to give up.")
          @Default("5m")
          @Tuning("what was refused is sent again until it has arrived")
          Duration maxElapsedTime) {}

  public FilelogConfig {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    operators = List.copyOf(operators);
  }

  @Override
  public void validate(Problems problems) {
    patterns("include", include, problems);
    patterns("exclude", exclude, problems);
    TextEncoding.check(encoding, message -> problems.add("encoding", message));
    MultilineConfig lines = multiline;
    if (lines != null) {
      PatternSplitter.check(lines, problems);
      if (TextEncoding.isRaw(encoding)) {
        problems.add("multiline", "cannot be used with encoding: nop (expected: one of the two)");
      }
    }
    if (retryOnFailure.initialInterval().compareTo(retryOnFailure.maxInterval()) > 0) {
      problems.add(
          "retry_on_failure::max_interval",
          retryOnFailure.maxInterval() + " (expected: at least initial_interval)");
    }
    plainText("attributes", attributes, problems);
    plainText("resource", resource, problems);
    OperatorChain.check(operators, problems);
  }

  private static void patterns(String key, List<String> patterns, Problems problems) {
    for (int i = 0; i < patterns.size(); i++) {
      String place = key + "::" + i;
      GlobPattern.check(patterns.get(i), message -> problems.add(place, message));
    }
  }

  private static void plainText(String key, Map<String, Object> values, Problems problems) {
    values.forEach(
        (name, value) -> {
          if (value instanceof String text && text.startsWith("EXPR(")) {
            problems.add(
                key + "::" + name,
                "\"" + text + "\": expressions are not supported (expected: text)");
          }
        });
  }
}
