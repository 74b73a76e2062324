package io.millrace.core.footprint;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the pages back that the start needed and running does not: of the JVM's code, the start-up
 * cache and the JDK's classes. They show files as they are, so that whoever touches one again gets
 * it from the system's page cache. Does nothing where there is no {@code /proc} and {@code
 * madvise}. Thread-safe.
 */
public final class PageRelease {
  private static final Logger LOGGER = LoggerFactory.getLogger(PageRelease.class);

  private static final Path SMAPS = Path.of("/proc/self/smaps");

  /** Linux: take the pages away; a page of a file is read again when it is touched. */
  private static final int MADV_DONTNEED = 4;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(10);

  private final MethodHandle madvise;

  private PageRelease(MethodHandle madvise) {
    this.madvise = madvise;
  }

  /** From now on gives pages back now and then, at first more often, until the process ends. */
  public static void begin() {
    if (Files.isReadable(SMAPS)) {
      var _ = Thread.ofVirtual().name("page-release").start(PageRelease::repeat);
    }
  }

  /** Ready to give pages back; empty where the system has no such call. */
  @SuppressWarnings("restricted") // madvise with these arguments cannot change what memory holds
  static Optional<PageRelease> find() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    Optional<MemorySegment> function = linker.defaultLookup().find("madvise");
    return function.map(address -> new PageRelease(linker.downcallHandle(address, type)));
  }

  /**
   * Gives back what is not in use at this moment.
   *
   * @return the size of the ranges it went through, in bytes
   */
  long release() throws IOException {
    long bytes = 0;
    try (BufferedReader smaps = Files.newBufferedReader(SMAPS, StandardCharsets.ISO_8859_1)) {
      for (Mapping mapping : Mapping.readOnly(smaps)) {
        if (advise(mapping)) {
          bytes += mapping.sizeBytes();
        }
      }
    }
    return bytes;
  }

  private static void repeat() {
    try {
      Optional<PageRelease> found = find();
      Duration pause = FIRST_PAUSE;
      while (found.isPresent()) {
        Thread.sleep(pause);
        long _ = found.get().release();
        Duration longer = pause.plus(pause.dividedBy(16));
        pause = longer.compareTo(LAST_PAUSE) < 0 ? longer : LAST_PAUSE;
      }
    } catch (IOException | IllegalCallerException | UnsupportedOperationException e) {
      LOGGER.atDebug().setCause(e).log("Memory that the start needed is kept");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean advise(Mapping mapping) {
    try {
      return (int) madvise.invokeExact(mapping.address(), mapping.sizeBytes(), MADV_DONTNEED) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // A method handle's signature says so; a function of C throws nothing.
      throw new IllegalStateException(e);
    }
  }
}
