package io.millrace.receiver.filelog;

import io.millrace.api.config.DataSize;
import io.millrace.receiver.filelog.FilelogConfig.MaxLogSizeBehavior;
import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import io.millrace.receiver.filelog.FilelogConfig.OnTruncate;
import io.millrace.receiver.filelog.FilelogConfig.RetryConfig;
import io.millrace.receiver.filelog.FilelogConfig.StartAt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration to be changed piece by piece; polls fast and begins at the beginning. */
final class ConfigFixture {
  List<String> include = List.of();
  List<String> exclude = List.of();
  Duration excludeOlderThan = Duration.ZERO;
  StartAt startAt = StartAt.BEGINNING;
  Duration pollInterval = Duration.ofMillis(5);
  int maxConcurrentFiles = 1024;
  long fingerprintSize = 1000;
  long maxLogSize = 1 << 20;
  MaxLogSizeBehavior maxLogSizeBehavior = MaxLogSizeBehavior.SPLIT;
  String encoding = "utf-8";
  @Nullable MultilineConfig multiline;
  Duration forceFlushPeriod = Duration.ofMillis(20);
  boolean preserveLeading;
  boolean preserveTrailing;
  boolean fileName = true;
  boolean filePath;
  boolean resolved;
  boolean ownership;
  boolean recordNumber;
  boolean recordOffset;
  @Nullable OnTruncate onTruncate;
  Map<String, Object> attributes = Map.of();
  Map<String, Object> resource = Map.of();
  List<Object> operators = List.of();
  RetryConfig retry =
      new RetryConfig(false, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMinutes(5));

  Duration maxUnacknowledgedAge = Duration.ZERO;

  FilelogConfig build() {
    return new FilelogConfig(
        include,
        exclude,
        excludeOlderThan,
        startAt,
        pollInterval,
        maxConcurrentFiles,
        0,
        DataSize.ofBytes(fingerprintSize),
        DataSize.ofBytes(16 << 10),
        DataSize.ofBytes(maxLogSize),
        maxLogSizeBehavior,
        encoding,
        multiline,
        forceFlushPeriod,
        preserveLeading,
        preserveTrailing,
        fileName,
        filePath,
        resolved,
        resolved,
        ownership,
        ownership,
        ownership,
        recordNumber,
        recordOffset,
        false,
        false,
        "",
        0,
        onTruncate,
        false,
        null,
        null,
        attributes,
        resource,
        operators,
        null,
        retry,
        maxUnacknowledgedAge);
  }
}
