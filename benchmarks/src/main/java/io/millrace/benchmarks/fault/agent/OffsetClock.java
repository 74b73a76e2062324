package io.millrace.benchmarks.fault.agent;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The system's clock plus an offset that stands in a file, which another process may change at any
 * time. Thread-safe.
 */
public final class OffsetClock extends Clock {
  private final Clock system;
  private final MappedByteBuffer offsetMillis;

  private OffsetClock(Clock system, MappedByteBuffer offsetMillis) {
    this.system = system;
    this.offsetMillis = offsetMillis;
  }

  /** A clock whose offset stands in a file; made with none when absent. */
  public static OffsetClock of(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new OffsetClock(
          Clock.systemUTC(), channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
    }
  }

  /** Puts all clocks of the file that far off. */
  public void jump(Duration offset) {
    offsetMillis.putLong(0, offset.toMillis());
  }

  @Override
  public Instant instant() {
    return system.instant().plusMillis(offsetMillis.getLong(0));
  }

  @Override
  public ZoneId getZone() {
    return system.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new OffsetClock(system.withZone(zone), offsetMillis);
  }
}
