package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.LogFile;
import java.util.List;
import java.util.SplittableRandom;

/** What happens to the log files that an agent reads. */
final class FileFaults {
  private final List<LogFile> files;
  private final LogFile.Delivered delivered;
  private final Timeline timeline;

  FileFaults(List<LogFile> files, LogFile.Delivered delivered, Timeline timeline) {
    this.files = List.copyOf(files);
    this.delivered = delivered;
    this.timeline = timeline;
  }

  /** Those that strike while the agent reads. */
  List<Fault> whileRunning() {
    return List.of(
        Fault.of(
            "renamed",
            random -> {
              LogFile file = one(random);
              timeline.say(file.name(), "renamed to " + file.rename() + ", and begun anew");
            }),
        Fault.of(
            "copied and truncated",
            random -> {
              LogFile file = one(random);
              say(file, file.copyAndTruncate(delivered), "copied away and truncated");
            }),
        Fault.of(
            "truncated and outgrown",
            random -> {
              LogFile file = one(random);
              boolean done = file.truncateAndOutgrow(delivered);
              say(file, done, "replaced in place by longer content");
            }));
  }

  /** Deleted and made again while the agent is stopped, so that the inode comes again. */
  Fault inodeReuse(AgentProcess agent) {
    return Fault.of(
        "inode used again",
        random -> {
          LogFile file = one(random);
          String how = file.reuseInode(delivered, task -> agent.whileStopped(task::run));
          timeline.say(file.name(), "deleted and made again while the agent was down: " + how);
        });
  }

  private LogFile one(SplittableRandom random) {
    return files.get(random.nextInt(files.size()));
  }

  private void say(LogFile file, boolean done, String what) {
    timeline.say(
        file.name(), done ? what : "not " + what + ": what it holds was not delivered in time");
  }
}
