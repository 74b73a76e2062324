package io.millrace.benchmarks.load.subject;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process and its children have taken so far, from the operating system. Immutable.
 *
 * @param cpuSeconds of user and system, that of children that have ended included
 * @param residentMebibytes memory that is resident now
 * @param peakMebibytes the most that ever was
 */
public record ProcessFigures(double cpuSeconds, double residentMebibytes, double peakMebibytes) {
  /** The unit of /proc/PID/stat: fixed by Linux for programs, whatever its timer does. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int CHILDREN_SYSTEM_TIME = 14;

  /** Positions in the first line of /proc/stat. */
  private static final int IDLE_TIME = 4;

  private static final int WAITING_TIME = 5;
  private static final int STOLEN_TIME = 8;

  /**
   * Those of a process now.
   *
   * @throws IOException when it has ended, or the system does not tell
   */
  public static ProcessFigures of(long pid) throws IOException {
    List<Long> family = new ArrayList<>(List.of(pid));
    ProcessHandle.of(pid)
        .ifPresent(handle -> handle.descendants().map(ProcessHandle::pid).forEach(family::add));
    double seconds = 0;
    double resident = 0;
    double peak = 0;
    for (long member : family) {
      try {
        seconds += cpuSeconds(member, CHILDREN_SYSTEM_TIME);
        resident += mebibytes(member, "VmRSS:");
        peak += mebibytes(member, "VmHWM:");
      } catch (IOException e) {
        if (member == pid) {
          throw e;
        }
        // A child that has just ended counts with its parent.
      }
    }
    return new ProcessFigures(seconds, resident, peak);
  }

  /** CPU time of this process without its children. */
  public static double ownCpuSeconds() throws IOException {
    return cpuSeconds(ProcessHandle.current().pid(), SYSTEM_TIME);
  }

  /** CPU time of all processes of the machine; 0 when the system does not tell. */
  public static double machineCpuSeconds() {
    try {
      String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
      long ticks = 0;
      for (int i = 1; i <= STOLEN_TIME; i++) {
        ticks += i == IDLE_TIME || i == WAITING_TIME ? 0 : Long.parseLong(fields[i]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  private static double cpuSeconds(long pid, int lastField) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    // The name before may hold anything, blanks and brackets too.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int i = USER_TIME; i <= lastField; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static double mebibytes(long pid, String entry) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith(entry)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("process " + pid + " has no memory");
  }
}
