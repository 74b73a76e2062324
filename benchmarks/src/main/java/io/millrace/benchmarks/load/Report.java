package io.millrace.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Figures as a table for people and as JSON for programs. */
final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Report() {}

  static void print(List<Figures> all, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%-8s %-10s %12s %14s %8s %10s %6s %6s %7s %6s %5s %6s %8s%n",
        "scenario",
        "agent",
        "records/s",
        "rec/CPU-second",
        "MiB/s",
        "MiB/CPU-s",
        "core",
        "RSS",
        "ready",
        "lost",
        "twice",
        "broken",
        "harness");
    for (Figures each : all) {
      out.printf(
          Locale.ROOT,
          "%-8s %-10s %,12.0f %,14.0f %8.1f %10.1f %5.1f%% %6.1f %6.2fs %6d %5d %6d %7.0f%%  %s%n",
          each.scenario(),
          each.agent(),
          each.recordsPerSecond(),
          each.recordsPerCpuSecond(),
          each.mebibytesPerSecond(),
          each.mebibytesPerCpuSecond(),
          each.agentCpuShare() * 100,
          each.peakMebibytes(),
          each.readySeconds(),
          each.outcome().lost(),
          each.outcome().duplicated(),
          each.outcome().broken(),
          each.harnessCpuShare() * 100,
          verdict(each));
      each.outcome().remarks().forEach(remark -> out.println("    (" + remark + ")"));
    }
    all.forEach(each -> ratio(each, all).ifPresent(out::println));
  }

  static void write(List<Figures> all, Path file) throws IOException {
    ArrayNode list = JSON.createArrayNode();
    for (Figures each : all) {
      ObjectNode object = list.addObject();
      object.put("scenario", each.scenario());
      object.put("agent", each.agent());
      object.put("recordsPerSecond", rounded(each.recordsPerSecond()));
      object.put("recordsPerCpuSecond", rounded(each.recordsPerCpuSecond()));
      object.put("mebibytesPerSecond", rounded(each.mebibytesPerSecond()));
      object.put("mebibytesPerCpuSecond", rounded(each.mebibytesPerCpuSecond()));
      object.put("agentCpuShare", rounded(each.agentCpuShare()));
      object.put("rssMiB", rounded(each.residentMebibytes()));
      object.put("peakRssMiB", rounded(each.peakMebibytes()));
      object.put("lost", each.outcome().lost());
      object.put("duplicated", each.outcome().duplicated());
      object.put("broken", each.outcome().broken());
      object.put("readySeconds", rounded(each.readySeconds()));
      object.put("harnessCpuShare", rounded(each.harnessCpuShare()));
      object.put("messageBytes", each.messageBytes());
      object.put("configHash", each.configHash());
    }
    Files.writeString(
        file,
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(list) + System.lineSeparator());
  }

  private static String verdict(Figures figures) {
    if (figures.valid()) {
      return "ok";
    }
    boolean arrived =
        figures.outcome().lost() == 0
            && figures.outcome().duplicated() == 0
            && figures.outcome().broken() == 0;
    return arrived ? "HARNESS TOO SLOW" : "WRONG";
  }

  /** Ours against another one of the same scenario. */
  private static Optional<String> ratio(Figures peer, List<Figures> all) {
    return all.stream()
        .filter(each -> each.agent().equals("millrace"))
        .filter(each -> !each.agent().equals(peer.agent()))
        .filter(each -> each.scenario().equals(peer.scenario()))
        .filter(each -> peer.recordsPerCpuSecond() > 0)
        .findFirst()
        .map(
            ours ->
                String.format(
                    Locale.ROOT,
                    "%s: millrace does %.2f times what %s does per CPU-second, %.2f times per"
                        + " second, in %.2f times the memory",
                    ours.scenario(),
                    ours.recordsPerCpuSecond() / peer.recordsPerCpuSecond(),
                    peer.agent(),
                    ours.recordsPerSecond() / peer.recordsPerSecond(),
                    ours.peakMebibytes() / peer.peakMebibytes()));
  }

  private static double rounded(double figure) {
    return Math.round(figure * 1000) / 1000.0;
  }
}
