package io.millrace.testkit;

import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Health;
import io.millrace.api.component.PushStream;
import io.millrace.api.storage.Storage;
import io.millrace.api.telemetry.Origins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a component under test is given: everything it does to its surroundings can be read here.
 * {@link #nextLife} is the context after a restart of the agent. Thread-safe.
 */
public final class TestContext implements ComponentContext {

  /** The agent's id in every test. */
  public static final String AGENT_ID = "dGVzdC1hZ2VudC0wMDAwMQ";

  private final ComponentId id;
  private final Path stateDirectory;
  private final TestClock clock;
  private final RecordingDeadLetters deadLetters;
  private final Map<String, Storage> storages;
  private final Map<Service, Object> services;
  private final AtomicInteger epochs;
  private final boolean inFiles;
  private final RecordingMeter meter = new RecordingMeter();
  private final Recorded<Health> healths = new Recorded<>();
  private final Logger logger;
  private volatile AgentHealth agentHealth = new KnownHealth(Instant.MAX, false, Map.of());

  private TestContext(ComponentId id, Path stateDirectory, Remains remains) {
    this.id = id;
    this.stateDirectory = stateDirectory;
    this.clock = remains.clock();
    this.deadLetters = remains.deadLetters();
    this.storages = remains.storages();
    this.services = new ConcurrentHashMap<>();
    this.epochs = remains.epochs();
    this.inFiles = remains.inFiles();
    this.logger = LoggerFactory.getLogger("test." + id);
  }

  /**
   * A context whose storages are kept in memory.
   *
   * @param id the component's, {@code type} or {@code type/name}
   * @param stateDirectory made when asked for; a test's temporary directory or one in it
   */
  public static TestContext of(String id, Path stateDirectory) {
    return new TestContext(ComponentId.parse(id), stateDirectory, Remains.fresh(false));
  }

  /** A context whose storages are {@link FileStorage}s in the state directory. */
  public static TestContext inFiles(String id, Path stateDirectory) {
    return new TestContext(ComponentId.parse(id), stateDirectory, Remains.fresh(true));
  }

  /**
   * The context of the component's next instance after a restart of the agent: the same storages,
   * state directory, clock and dead letters; instruments, health and services anew.
   */
  public TestContext nextLife() {
    Remains remains = new Remains(clock, deadLetters, storages, epochs, inFiles);
    return new TestContext(id, stateDirectory, remains);
  }

  @Override
  public ComponentId id() {
    return id;
  }

  @Override
  public Logger logger() {
    return logger;
  }

  @Override
  public TestClock clock() {
    return clock;
  }

  @Override
  public RecordingMeter meter() {
    return meter;
  }

  @Override
  public String agentId() {
    return AGENT_ID;
  }

  @Override
  public Storage storage(@Nullable ComponentId extension) {
    return storages.computeIfAbsent(extension == null ? "" : extension.toString(), this::open);
  }

  /**
   * The storage in memory that a component gets; see {@link #storage}.
   *
   * @throws IllegalStateException when the storages are files
   */
  public MemoryStorage memoryStorage(@Nullable ComponentId extension) {
    if (storage(extension) instanceof MemoryStorage memory) {
      return memory;
    }
    throw new IllegalStateException("the storages of this context are files");
  }

  @Override
  public Path stateDirectory() {
    try {
      return Files.createDirectories(stateDirectory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Offers a service to the component, as an extension does. */
  public <S> void offer(Class<S> type, String extension, S service) {
    services.put(new Service(type, ComponentId.parse(extension)), service);
  }

  @Override
  public <S> S service(Class<S> type, ComponentId extension) {
    Object service = services.get(new Service(type, extension));
    if (service == null) {
      throw new IllegalArgumentException(
          "extension " + extension + ": no " + type.getSimpleName() + " (expected: one offered)");
    }
    return type.cast(service);
  }

  @Override
  public PushStream pushStream() {
    String stream = "push/" + AGENT_ID + "/" + id + "/" + epochs.incrementAndGet();
    AtomicLong sequence = new AtomicLong();
    return items -> Origins.sequence(stream, sequence.getAndAdd(items), items);
  }

  @Override
  public RecordingDeadLetters deadLetters() {
    return deadLetters;
  }

  @Override
  public void report(Health health) {
    healths.add(health);
  }

  /** What the component said last of itself; {@link Health#OK} when nothing. */
  public Health health() {
    List<Health> all = healths.all();
    return all.isEmpty() ? Health.OK : all.get(all.size() - 1);
  }

  /** Everything the component said of itself, oldest first. */
  public List<Health> healths() {
    return healths.all();
  }

  @Override
  public AgentHealth agentHealth() {
    return agentHealth;
  }

  /** Sets the health of the agent. */
  public void agentHealth(Instant upSince, boolean ready, Map<String, Health> components) {
    agentHealth = new KnownHealth(upSince, ready, components);
  }

  private Storage open(String extension) {
    if (!inFiles) {
      return new MemoryStorage();
    }
    try {
      String name = "storage" + extension.replace('/', '-') + ".properties";
      return new FileStorage(stateDirectory().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Service(Class<?> type, ComponentId extension) {}

  private record KnownHealth(Instant upSince, boolean ready, Map<String, Health> components)
      implements AgentHealth {}

  /** What outlives a restart of the agent. */
  private record Remains(
      TestClock clock,
      RecordingDeadLetters deadLetters,
      Map<String, Storage> storages,
      AtomicInteger epochs,
      boolean inFiles) {

    static Remains fresh(boolean inFiles) {
      return new Remains(
          new TestClock(),
          new RecordingDeadLetters(),
          new ConcurrentHashMap<>(),
          new AtomicInteger(),
          inFiles);
    }
  }
}
