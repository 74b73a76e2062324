package io.millrace.testkit.server;

import io.millrace.testkit.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Flink session cluster: a JobManager and TaskManagers, each a process of its own. Checkpoints
 * and savepoints stand in the directory given at start and are kept. Without a coordination
 * service, a JobManager that was killed forgets its jobs: submit them again from {@link
 * #newestCheckpoint}. One thread at a time.
 */
public final class FlinkCluster implements AutoCloseable {
  private static final int JOB_MANAGER_HEAP_MEBIBYTES = 256;
  private static final int TASK_MANAGER_HEAP_MEBIBYTES = 384;
  private static final int MAX_STARTS = 5;
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ServerOptions options;
  private final String classPath;
  private final List<@Nullable ServerProcess> taskManagers = new ArrayList<>();
  private final List<Integer> lives = new ArrayList<>();
  private int launches;
  private List<Integer> ports = LoopbackPorts.free(2);
  private FlinkRest rest = new FlinkRest(ports.get(0));
  private @Nullable ServerProcess jobManager;

  private FlinkCluster(ServerOptions options, String classPath) {
    this.options = options;
    this.classPath = classPath;
  }

  /** Starts a JobManager and one TaskManager of two slots; returns when the slots are offered. */
  public static FlinkCluster start(ServerOptions options) throws IOException, InterruptedException {
    return start(options, 1);
  }

  /**
   * Starts a cluster; returns when all slots are offered.
   *
   * @param options the heap is a TaskManager's
   * @param taskManagers number of TaskManagers, of two slots each unless the settings say otherwise
   */
  public static FlinkCluster start(ServerOptions options, int taskManagers)
      throws IOException, InterruptedException {
    FlinkCluster cluster = new FlinkCluster(options, ServerHome.find().flinkClassPath());
    try {
      for (int i = 0; i < taskManagers; i++) {
        cluster.taskManagers.add(null);
        cluster.lives.add(0);
      }
      for (int starts = 1; ; starts++) {
        cluster.writeConfiguration();
        ServerProcess started = cluster.launchJobManager();
        try {
          for (int i = 0; i < taskManagers; i++) {
            cluster.launchTaskManager(i);
          }
          cluster.awaitReady(START);
          return cluster;
        } catch (IOException e) {
          if (starts == MAX_STARTS || !started.lostPort()) {
            throw e;
          }
          cluster.stopAll();
          cluster.ports = LoopbackPorts.free(2);
          cluster.rest.close();
          cluster.rest = new FlinkRest(cluster.ports.get(0));
        }
      }
    } catch (IOException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  /** Address of the REST interface and the web page, {@code http://127.0.0.1:port}. */
  public String restUrl() {
    return rest.url();
  }

  /** What the JobManager logs. */
  public Path jobManagerLog() {
    return log("jobmanager");
  }

  /** What a TaskManager logs. */
  public Path taskManagerLog(int index) {
    return log("taskmanager-" + index);
  }

  /** The folder of all processes' logs. */
  public Path logDirectory() {
    return options.directory();
  }

  /** Whether the JobManager and all TaskManagers run. */
  public boolean isAlive() {
    return jobManager != null
        && jobManager.isAlive()
        && taskManagers.stream().allMatch(each -> each != null && each.isAlive());
  }

  /** Process ids of what runs, the JobManager's first. */
  public List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    if (jobManager != null && jobManager.isAlive()) {
      pids.add(jobManager.pid());
    }
    runningTaskManagers().map(ServerProcess::pid).forEach(pids::add);
    return pids;
  }

  /**
   * Waits until the JobManager answers and every TaskManager that runs has registered.
   *
   * @throws IOException when a process ends or the time is over; the message holds the end of its
   *     log
   */
  public void awaitReady(Duration max) throws IOException, InterruptedException {
    ServerProcess manager = jobManager;
    if (manager == null) {
      throw new IOException("Flink JobManager: not started");
    }
    manager.awaitReady(max, () -> rest.taskManagers().isPresent());
    for (int i = 0; i < taskManagers.size(); i++) {
      ServerProcess taskManager = taskManagers.get(i);
      if (taskManager != null && taskManager.isAlive()) {
        String id = taskManagerId(i);
        taskManager.awaitReady(max, () -> rest.taskManagers().orElse(List.of()).contains(id));
      }
    }
  }

  /**
   * Runs a job.
   *
   * @param jar a flat jar with the job and all it needs beside Flink
   * @param mainClass the class whose main method builds and executes the job
   * @param savepoint a savepoint or checkpoint to begin from; null for none
   * @return the job's id
   */
  public String submit(
      Path jar, String mainClass, List<String> arguments, @Nullable String savepoint)
      throws IOException, InterruptedException {
    return rest.run(rest.upload(jar), mainClass, arguments, savepoint);
  }

  /** Runs a job from its beginning; returns its id. */
  public String submit(Path jar, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    return submit(jar, mainClass, arguments, null);
  }

  /** A job's state in Flink's words, such as {@code RUNNING} or {@code FINISHED}. */
  public String jobState(String jobId) throws IOException, InterruptedException {
    return rest.jobState(jobId);
  }

  /** Waits until a job is in a state; fails when it ends otherwise or the time is over. */
  public void awaitJobState(String jobId, String state, Duration max)
      throws IOException, InterruptedException {
    rest.awaitJobState(jobId, state, max);
  }

  /** Ends a job without a savepoint. */
  public void cancel(String jobId) throws IOException, InterruptedException {
    rest.cancel(jobId);
  }

  /** Takes a savepoint while the job runs on; returns its path. */
  public String savepoint(String jobId) throws IOException, InterruptedException {
    String body = "{\"target-directory\":" + Json.quote(savepoints()) + ",\"cancel-job\":false}";
    return rest.trigger(jobId, "savepoints", body);
  }

  /**
   * Takes a savepoint and ends the job.
   *
   * @param drain closes all windows first: the job cannot go on from there
   */
  public String stop(String jobId, boolean drain) throws IOException, InterruptedException {
    String body = "{\"targetDirectory\":" + Json.quote(savepoints()) + ",\"drain\":" + drain + "}";
    return rest.trigger(jobId, "stop", body);
  }

  /** The newest complete checkpoint of any job, as {@link #submit} takes it. */
  public Optional<String> newestCheckpoint() throws IOException {
    return newestCheckpoint(options.directory().resolve("checkpoints"));
  }

  /** The newest complete checkpoint below a folder, for jobs that were given one of their own. */
  public static Optional<String> newestCheckpoint(Path root) throws IOException {
    if (!Files.exists(root)) {
      return Optional.empty();
    }
    Path newest = null;
    FileTime newestTime = FileTime.fromMillis(Long.MIN_VALUE);
    try (Stream<Path> files = Files.find(root, 3, (path, a) -> path.endsWith("_metadata"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        FileTime time = Files.getLastModifiedTime(file);
        if (time.compareTo(newestTime) > 0) {
          newest = file.resolveSibling("");
          newestTime = time;
        }
      }
    }
    return Optional.ofNullable(newest).map(path -> path.toUri().toString());
  }

  /** Kills a TaskManager with signal 9. */
  public void killTaskManager(int index) {
    ServerProcess process = taskManagers.get(index);
    if (process != null) {
      process.kill();
    }
  }

  /** Starts a TaskManager anew, ending it first if it runs; returns when it is registered. */
  public void restartTaskManager(int index) throws IOException, InterruptedException {
    killTaskManager(index);
    launchTaskManager(index);
    awaitReady(START);
  }

  /** Kills the JobManager with signal 9; its jobs end. */
  public void killJobManager() {
    if (jobManager != null) {
      jobManager.kill();
    }
  }

  /**
   * Starts the JobManager anew on the same ports, ending it first if it runs; returns when all
   * TaskManagers are registered. They are started anew as well: without a coordination service they
   * go on looking for the JobManager that died.
   */
  public void restartJobManager() throws IOException, InterruptedException {
    killJobManager();
    launchJobManager();
    for (int i = 0; i < taskManagers.size(); i++) {
      killTaskManager(i);
      launchTaskManager(i);
    }
    awaitReady(START);
  }

  /** Ends all processes; checkpoints, savepoints and logs stay. */
  @Override
  public void close() {
    stopAll();
    rest.close();
  }

  private void stopAll() {
    runningTaskManagers().forEach(ServerProcess::kill);
    if (jobManager != null) {
      jobManager.stop(GRACE);
    }
  }

  private Stream<ServerProcess> runningTaskManagers() {
    List<ServerProcess> running = new ArrayList<>();
    for (ServerProcess process : taskManagers) {
      if (process != null && process.isAlive()) {
        running.add(process);
      }
    }
    return running.stream();
  }

  private ServerProcess launchJobManager() throws IOException {
    ServerOptions manager = options.withHeapMebibytes(JOB_MANAGER_HEAP_MEBIBYTES);
    ServerProcess started =
        launch(
            "jobmanager",
            manager,
            List.of(),
            List.of(
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                "--configDir",
                configuration().toString()));
    jobManager = started;
    return started;
  }

  private void launchTaskManager(int index) throws IOException {
    launches++;
    lives.set(index, launches);
    List<String> arguments =
        List.of(
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            "--configDir",
            configuration().toString(),
            "-Dtaskmanager.resource-id=" + taskManagerId(index));
    taskManagers.set(
        index,
        launch(
            "taskmanager-" + index,
            options,
            // Its loops run long enough for the second compiler to pay.
            List.of(
                "-XX:MaxDirectMemorySize=192m",
                "-XX:MaxMetaspaceSize=192m",
                "-XX:TieredStopAtLevel=4"),
            arguments));
  }

  /** The name of a TaskManager's present life: the JobManager keeps a dead one for a while. */
  private String taskManagerId(int index) {
    return "taskmanager-" + index + "-" + lives.get(index);
  }

  private ServerProcess launch(
      String name, ServerOptions process, List<String> jvm, List<String> main) throws IOException {
    Path temporary = options.directory().resolve("tmp-" + name);
    RunDirectory.deleteAll(temporary);
    Files.createDirectories(temporary);
    List<String> command = new ArrayList<>(jvm);
    // Flink's client code, which builds jobs in the JobManager, reflects into java.util.
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dlog4j.configurationFile=" + configuration().resolve("log4j2.properties"));
    command.addAll(List.of("-cp", configuration() + File.pathSeparator + classPath));
    command.addAll(main);
    command.add("-Dio.tmp.dirs=" + temporary);
    Map<String, String> environment = Map.of("FLINK_CONF_DIR", configuration().toString());
    List<String> whole = process.java(TASK_MANAGER_HEAP_MEBIBYTES, command);
    return ServerProcess.start("Flink " + name, whole, environment, log(name));
  }

  private Path log(String name) {
    return options.directory().resolve(name + ".log");
  }

  private Path configuration() {
    return options.directory().resolve("conf");
  }

  private String savepoints() {
    return options.directory().resolve("savepoints").toUri().toString();
  }

  private void writeConfiguration() throws IOException {
    Path conf = Files.createDirectories(configuration());
    int heap = options.heapMebibytes() == 0 ? TASK_MANAGER_HEAP_MEBIBYTES : options.heapMebibytes();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("jobmanager.rpc.address", "127.0.0.1");
    all.put("jobmanager.rpc.port", String.valueOf(ports.get(1)));
    all.put("jobmanager.bind-host", "127.0.0.1");
    all.put("rest.address", "127.0.0.1");
    all.put("rest.bind-address", "127.0.0.1");
    all.put("rest.port", String.valueOf(ports.get(0)));
    all.put("web.upload.dir", options.directory().resolve("uploads").toString());
    all.put("taskmanager.host", "127.0.0.1");
    all.put("taskmanager.bind-host", "127.0.0.1");
    all.put("taskmanager.numberOfTaskSlots", "2");
    all.put("taskmanager.cpu.cores", "2");
    all.put("taskmanager.memory.task.heap.size", (heap - 64) + "mb");
    all.put("taskmanager.memory.task.off-heap.size", "32mb");
    all.put("taskmanager.memory.framework.heap.size", "64mb");
    all.put("taskmanager.memory.framework.off-heap.size", "64mb");
    all.put("taskmanager.memory.network.min", "32mb");
    all.put("taskmanager.memory.network.max", "32mb");
    all.put("taskmanager.memory.managed.size", "64mb");
    all.put("taskmanager.memory.jvm-metaspace.size", "192mb");
    all.put("taskmanager.memory.jvm-overhead.min", "64mb");
    all.put("taskmanager.memory.jvm-overhead.max", "64mb");
    all.put("heartbeat.interval", "2 s");
    all.put("heartbeat.timeout", "10 s");
    all.put("state.backend.type", "hashmap");
    all.put("execution.checkpointing.dir", checkpoints());
    all.put("execution.checkpointing.savepoint-dir", savepoints());
    all.put("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    all.put("restart-strategy.type", "exponential-delay");
    all.put("restart-strategy.exponential-delay.initial-backoff", "500 ms");
    all.put("restart-strategy.exponential-delay.max-backoff", "5 s");
    all.putAll(options.settings());
    String yaml =
        all.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + Json.quote(entry.getValue()) + "\n")
            .collect(Collectors.joining());
    Files.writeString(conf.resolve("config.yaml"), yaml);
    Files.writeString(
        conf.resolve("log4j2.properties"),
        """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS}{UTC} %-5p %c %x - %m%n
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        """);
  }

  private String checkpoints() {
    return options.directory().resolve("checkpoints").toUri().toString();
  }
}
