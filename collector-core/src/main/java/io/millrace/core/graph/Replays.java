package io.millrace.core.graph;

import io.millrace.api.component.Health;
import io.millrace.api.pipeline.Outcome;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.state.DeadLetterStore;
import io.millrace.core.state.ReplayRequest;
import io.millrace.core.state.ReplayRequests;
import io.millrace.core.state.ReturningLetters;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is asked for with {@code millrace dlq replay}: looks for requests, marks the letters
 * they ask for, and has a {@link ReplayFeed} hand on what is marked, one for each file. {@link
 * #start}, {@link #halt} and {@link #close} are for one thread.
 *
 * <p>Letters that are on their way when the agent ends go on when the next one starts. Letters of a
 * component that the configuration lacks stay on their way until it has it; health names them.
 */
final class Replays {

  /** The name in health. */
  static final String PART = "replay";

  private static final Logger LOGGER = LoggerFactory.getLogger(Replays.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration AFTER_ABORT = Duration.ofSeconds(1);
  private static final long MIN_WINDOW_BYTES = 1 << 20;
  private static final long MAX_WINDOW_BYTES = 8 << 20;
  private static final int WINDOW_SHARE = 8;

  private final Services services;
  private final DeadLetterStore store;
  private final ReplayRequests requests;
  private final ReplayFeed.Shared shared;
  private final InFlight inFlight;
  private final Tally handedOn;
  private final LogLimiter limiter = new LogLimiter();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("replays").unstarted(this::run);

  /** Begun by the thread; ended by whoever stops. */
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  // What follows is the thread's alone.

  /** Files that have been gone through since the last request. */
  private final Set<String> settled = new HashSet<>();

  /** Components that the configuration lacks, by the file that holds their letters. */
  private final Map<String, Set<String>> unowned = new TreeMap<>();

  private long generation;
  private boolean prepared;
  private boolean pending;
  private boolean unwell;

  /** A feed, and how many requests had been taken when it began. */
  private record Run(ReplayFeed feed, long generation) {}

  Replays(Graph.Tools tools, ReplayTargets targets) {
    this.services = tools.services();
    this.store = services.deadLetters();
    this.requests = store.requests();
    Instruments instruments = services.instruments();
    this.handedOn = counter(instruments, "handed_on_items", "Items that were handed on again");
    this.inFlight =
        new InFlight(
            "dead letters",
            Replays.class.getClassLoader(),
            new InFlight.Books(
                counter(
                    instruments,
                    "arrived_items",
                    "Items handed on again that were delivered, or put aside again"),
                counter(
                    instruments,
                    "returned_items",
                    "Items handed on again that some branch did not deliver"),
                instruments.counter(
                    "otelcol_delivery_ended_twice",
                    "Deliveries that were ended again",
                    Map.of("component", "dead letters"))));
    long share = tools.paths().budget().totalBytes() / WINDOW_SHARE;
    this.shared =
        new ReplayFeed.Shared(
            services,
            targets,
            tools.backoff(),
            inFlight,
            handedOn,
            limiter,
            Math.max(MIN_WINDOW_BYTES, Math.min(MAX_WINDOW_BYTES, share)));
  }

  void start() {
    thread.start();
  }

  /** Takes no request and hands nothing on any more; outcomes are still noted. */
  void halt() throws InterruptedException {
    stopped.countDown();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    boolean _ = thread.join(AFTER_ABORT);
    runs.values().forEach(run -> run.feed.halt());
  }

  /** Ends what is left; it stays on its way. */
  void endAll(Outcome outcome) {
    inFlight.endAll(outcome);
  }

  /** Waits for the last outcomes to be noted. */
  void close() throws InterruptedException {
    Deadline deadline = Deadline.in(AFTER_ABORT);
    for (Run run : runs.values()) {
      run.feed.join(deadline);
    }
  }

  /** The books of what is handed on again. */
  Balance balance() {
    return inFlight.balance("out of the dead letters", handedOn.value());
  }

  private void run() {
    do {
      try {
        if (!prepared) {
          requests.prepare();
          pending = requests.anyTaken();
          prepared = true;
        }
        takeRequests();
        recovered();
        if (pending) {
          handOn();
        }
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    } while (!stopsWithin(INTERVAL));
  }

  private void takeRequests() throws IOException {
    for (Path file : requests.waiting()) {
      Optional<ReplayRequest> request = requests.read(file);
      if (request.isPresent()) {
        long letters = store.mark(request.get());
        LOGGER
            .atInfo()
            .addKeyValue("components", request.get().components())
            .addKeyValue("reasons", request.get().reasons())
            .addKeyValue("letters", letters)
            .log("Handing on dead letters again, as was asked for");
      }
      requests.take(file);
      settled.clear();
      generation++;
      pending = true;
    }
  }

  private void handOn() throws IOException {
    List<String> files = store.files();
    for (String name : files) {
      if (!settled.contains(name) && !isUnderWay(name)) {
        open(name);
      }
    }
    if (settled.containsAll(files) && runs.values().stream().noneMatch(Replays::isRunning)) {
      runs.clear();
      finish();
    }
  }

  private boolean isUnderWay(String name) {
    Run run = runs.get(name);
    if (run == null || isRunning(run)) {
      return run != null;
    }
    unowned.put(name, run.feed.unowned());
    boolean through = run.feed.isComplete() && run.generation == generation;
    if (through) {
      settled.add(name);
    }
    return through;
  }

  private void open(String name) throws IOException {
    Optional<ReturningLetters> letters = store.returning(name);
    if (letters.isEmpty()) {
      settled.add(name);
      unowned.remove(name);
      return;
    }
    ReplayFeed feed = new ReplayFeed(shared, name, letters.get());
    runs.put(name, new Run(feed, generation));
    feed.start();
  }

  /** Every file has been gone through; what is still on its way has nowhere to go. */
  private void finish() throws IOException {
    pending = false;
    Set<String> missing = new TreeSet<>();
    unowned.values().forEach(missing::addAll);
    if (missing.isEmpty()) {
      requests.finish();
      services.board().report(PART, Health.OK);
      return;
    }
    String text =
        "Dead letters wait for components that the configuration does not have: "
            + String.join(", ", missing);
    services.board().report(PART, new Health.Degraded(text));
    LOGGER.warn(text);
  }

  private static boolean isRunning(Run run) {
    return run.feed.isRunning();
  }

  private void recovered() {
    if (unwell) {
      unwell = false;
      services.board().report(PART, Health.OK);
    }
  }

  private void failed(Exception cause) {
    String reason = "Requests to replay dead letters cannot be handled: " + cause.getMessage();
    unwell = true;
    services.board().report(PART, new Health.Degraded(reason));
    if (limiter.permit(reason) >= 0) {
      LOGGER.atWarn().setCause(cause).log(reason);
    }
  }

  private boolean stopsWithin(Duration wait) {
    try {
      return stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return stopped.getCount() == 0;
    }
  }

  private static Tally counter(Instruments instruments, String name, String description) {
    return instruments.counter("otelcol_dead_letters_replay_" + name, description, Map.of());
  }
}
