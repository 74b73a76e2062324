package io.millrace.benchmarks.transports;

/**
 * What a server took, over all its turns. Immutable.
 *
 * @param wallSeconds how long was measured
 * @param requests that were answered meanwhile
 * @param cpuSeconds what it took meanwhile, user and system
 * @param switches how often one of its threads gave up a core or lost it meanwhile
 * @param faults how often it touched memory that the system had to give it first
 * @param harnessShare what the load took of its core meanwhile
 * @param startSeconds CPU time until it listened
 * @param residentMebibytes resident memory in the end
 * @param peakMebibytes the most it ever was
 * @param classes that were loaded in the end
 */
record Cost(
    double wallSeconds,
    long requests,
    double cpuSeconds,
    long switches,
    long faults,
    double harnessShare,
    double startSeconds,
    double residentMebibytes,
    double peakMebibytes,
    int classes) {

  double requestsPerSecond() {
    return requests / wallSeconds;
  }

  /** Microseconds of CPU a request. */
  double microsPerRequest() {
    return cpuSeconds * 1e6 / Math.max(1, requests);
  }

  double switchesPerRequest() {
    return (double) switches / Math.max(1, requests);
  }

  double faultsPerRequest() {
    return (double) faults / Math.max(1, requests);
  }

  /** This and another turn of the same server; of memory and classes the larger. */
  Cost plus(Cost other) {
    double wall = wallSeconds + other.wallSeconds;
    return new Cost(
        wall,
        requests + other.requests,
        cpuSeconds + other.cpuSeconds,
        switches + other.switches,
        faults + other.faults,
        (harnessShare * wallSeconds + other.harnessShare * other.wallSeconds) / wall,
        Math.max(startSeconds, other.startSeconds),
        Math.max(residentMebibytes, other.residentMebibytes),
        Math.max(peakMebibytes, other.peakMebibytes),
        Math.max(classes, other.classes));
  }
}
