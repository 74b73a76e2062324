package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.track.Outcome;

/**
 * What was measured of one agent in one scenario, over all its turns. Immutable.
 *
 * @param wallSeconds how long was measured
 * @param records that arrived meanwhile
 * @param recordBytes bytes of a record as the source has it
 * @param agentCpuSeconds what the agent took meanwhile, user and system
 * @param harnessCpuShare what the harness took of its cores meanwhile
 * @param residentMebibytes resident memory of the agent in the end
 * @param peakMebibytes the most it ever was
 * @param readySeconds from its start until it was ready
 * @param messageBytes bytes of a message of the source
 * @param configHash of the configurations and of what else decides
 */
record Figures(
    String scenario,
    String agent,
    double wallSeconds,
    long records,
    double recordBytes,
    double agentCpuSeconds,
    double harnessCpuShare,
    double residentMebibytes,
    double peakMebibytes,
    double readySeconds,
    int messageBytes,
    String configHash,
    Outcome outcome) {
  private static final double MEBIBYTE = 1 << 20;

  /** Above it the harness may be what was measured. */
  static final double MAX_HARNESS_SHARE = 0.8;

  double recordsPerSecond() {
    return records / wallSeconds;
  }

  /** 0 when there was no agent, or it did nothing that could be measured. */
  double recordsPerCpuSecond() {
    return agentCpuSeconds > 0 ? records / agentCpuSeconds : 0;
  }

  double mebibytesPerSecond() {
    return recordsPerSecond() * recordBytes / MEBIBYTE;
  }

  double mebibytesPerCpuSecond() {
    return recordsPerCpuSecond() * recordBytes / MEBIBYTE;
  }

  /** What the agent took of one core. */
  double agentCpuShare() {
    return agentCpuSeconds / wallSeconds;
  }

  /** Whether nothing is wrong with what arrived, and the harness was not the limit. */
  boolean valid() {
    return outcome.lost() == 0
        && outcome.duplicated() == 0
        && outcome.broken() == 0
        && (agent.isEmpty() || harnessCpuShare < MAX_HARNESS_SHARE);
  }

  /** The same with another time until it was ready. */
  Figures readyAfter(double seconds) {
    return new Figures(
        scenario,
        agent,
        wallSeconds,
        records,
        recordBytes,
        agentCpuSeconds,
        harnessCpuShare,
        residentMebibytes,
        peakMebibytes,
        seconds,
        messageBytes,
        configHash,
        outcome);
  }

  /** This turn and another of the same agent in the same scenario. */
  Figures plus(Figures other) {
    double wall = wallSeconds + other.wallSeconds;
    return new Figures(
        scenario,
        agent,
        wall,
        records + other.records,
        recordBytes,
        agentCpuSeconds + other.agentCpuSeconds,
        (harnessCpuShare * wallSeconds + other.harnessCpuShare * other.wallSeconds) / wall,
        Math.max(residentMebibytes, other.residentMebibytes),
        Math.max(peakMebibytes, other.peakMebibytes),
        Math.max(readySeconds, other.readySeconds),
        messageBytes,
        configHash,
        outcome.plus(other.outcome));
  }
}
