package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.agent.AgentSettings;
import io.millrace.benchmarks.fault.agent.ClockedJava;
import io.millrace.benchmarks.fault.agent.OffsetClock;
import io.millrace.benchmarks.fault.ledger.Obligations;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.testkit.fault.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What every scenario has: its folder, its obligations, its agents. Agents may be added by any
 * thread; otherwise one thread at a time.
 */
final class Scene implements AutoCloseable {
  private final Stage stage;
  private final Timeline timeline;
  private final int number;
  private final Path folder;
  private final Obligations obligations = new Obligations();
  private final List<AgentProcess> agents = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<String> remarks = new CopyOnWriteArrayList<>();

  Scene(Stage stage, String name, Timeline timeline) throws IOException {
    this.stage = stage;
    this.timeline = timeline;
    this.number = stage.nextNumber();
    this.folder = stage.folder(name, number);
  }

  Stage stage() {
    return stage;
  }

  Timeline timeline() {
    return timeline;
  }

  /** Makes names of topics and indices its own. */
  int number() {
    return number;
  }

  Path folder() {
    return folder;
  }

  Obligations obligations() {
    return obligations;
  }

  List<AgentProcess> agents() {
    return List.copyOf(agents);
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }

  void remark(String what) {
    remarks.add(what);
    timeline.say("note", what);
  }

  /** Has a part closed with the scene, before those kept earlier. */
  <T extends AutoCloseable> T keep(T part) {
    synchronized (parts) {
      parts.add(part);
    }
    return part;
  }

  /** A disk of its own for an agent's state; null where the system does not allow it. */
  @Nullable SmallDisk smallDisk(int mebibytes) throws InterruptedException {
    try {
      return keep(SmallDisk.mount(folder.resolve("small-disk"), mebibytes));
    } catch (IOException e) {
      remark("left out: disk full (no file system can be mounted here)");
      return null;
    }
  }

  /**
   * Prepares an agent.
   *
   * @param configuration in {@code benchmarks/configs}
   * @param disk where it keeps its state; null for its folder
   * @param arguments further ones of {@code run}
   */
  AgentProcess agent(
      String name,
      String configuration,
      Map<String, String> environment,
      @Nullable SmallDisk disk,
      List<String> arguments)
      throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name.replace(' ', '-')));
    AgentProcess agent =
        new AgentProcess(
            new AgentSettings(
                name,
                stage.home().launcher(),
                stage.home().config(configuration),
                directory,
                disk == null ? directory.resolve("state") : disk.directory().resolve("state"),
                environment,
                disk == null ? List.of() : disk.enter(),
                arguments),
            timeline);
    agents.add(agent);
    return keep(agent);
  }

  /** Variables with which an agent has a clock that can be put off, and that clock. */
  OffsetClock clock(Map<String, String> environment) throws IOException {
    ClockedJava java = ClockedJava.in(Files.createDirectories(folder.resolve("clocked")));
    environment.putAll(new LinkedHashMap<>(java.environment()));
    return OffsetClock.of(java.clock());
  }

  @Override
  public void close() throws IOException {
    List<AutoCloseable> last;
    synchronized (parts) {
      last = new ArrayList<>(parts).reversed();
      parts.clear();
    }
    IOException failure = null;
    for (AutoCloseable part : last) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        failure = new IOException("cannot close " + part, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
