package io.millrace.core.telemetry;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The instruments about the agent's process. */
public final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMetrics() {}

  /** Makes them. */
  public static void register(Instruments instruments) {
    long start = System.nanoTime();
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    instruments.sum(
        "otelcol_process_uptime",
        "Seconds since the agent started",
        () -> (System.nanoTime() - start) / 1e9);
    instruments.sum(
        "otelcol_process_cpu_seconds",
        "CPU seconds that the process used, user and system",
        () ->
            ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e9)
                .orElse(Double.NaN));
    gauge(
        instruments,
        "process_memory_rss",
        "Resident memory in bytes",
        ProcessMetrics::residentBytes);
    gauge(
        instruments,
        "process_runtime_heap_alloc_bytes",
        "Bytes of the heap in use",
        () -> memory.getHeapMemoryUsage().getUsed());
    gauge(
        instruments,
        "process_runtime_total_sys_memory_bytes",
        "Bytes that the runtime took from the system, heap and others",
        () ->
            memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted());
  }

  private static void gauge(
      Instruments instruments,
      String name,
      String description,
      java.util.function.DoubleSupplier value) {
    var _ = instruments.gauge("otelcol_" + name, description, Map.of(), value);
  }

  /** Not a number where the operating system does not say. */
  private static double residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024.0;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux.
    }
    return Double.NaN;
  }
}
