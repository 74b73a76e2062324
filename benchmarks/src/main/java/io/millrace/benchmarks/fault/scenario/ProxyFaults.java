package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.ledger.Excuses;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What a server behind a proxy does wrong: HTTP answers, hangs, cut connections. */
final class ProxyFaults {
  private static final Duration MAX_WAIT = Duration.ofSeconds(6);
  private static final Duration POLL = Duration.ofMillis(50);

  private final FaultProxy proxy;
  private final String who;
  private final Timeline timeline;
  private final Excuses unanswered;

  /**
   * The faults of one server.
   *
   * @param unanswered is told the times in which an answer may not have got through
   */
  ProxyFaults(FaultProxy proxy, String who, Timeline timeline, Excuses unanswered) {
    this.proxy = proxy;
    this.who = who;
    this.timeline = timeline;
    this.unanswered = unanswered;
  }

  /**
   * All of them.
   *
   * @param statuses answered without a hint when to come again; the protocol must call them
   *     temporary
   */
  List<Fault> all(int... statuses) {
    List<Fault> faults = new ArrayList<>();
    faults.add(Fault.of("slow", this::slow));
    faults.add(Fault.of("hanging", this::hang));
    faults.add(Fault.of("429", random -> answer(random, 429, true)));
    faults.add(Fault.of("503", random -> answer(random, 503, true)));
    for (int status : statuses) {
      faults.add(Fault.of(String.valueOf(status), random -> answer(random, status, false)));
    }
    faults.add(Fault.of("answers cut", this::cutAnswers));
    faults.add(Fault.of("requests cut", this::drop));
    faults.add(Fault.of("down", this::goDown));
    faults.add(Fault.of("frozen", this::freeze));
    return List.copyOf(faults);
  }

  /** Ends all of them. */
  void heal() throws java.io.IOException {
    proxy.clearFaults();
    proxy.thaw();
    proxy.comeUp();
  }

  private void slow(SplittableRandom random) throws InterruptedException {
    int requests = random.nextInt(3, 12);
    Duration time = Duration.ofMillis(random.nextInt(200, 1500));
    timeline.say(who, "the next " + requests + " requests take " + time.toMillis() + " ms more");
    proxy.delay(requests, time);
    awaitMet();
  }

  private void hang(SplittableRandom random) throws InterruptedException {
    int requests = random.nextInt(1, 3);
    timeline.say(who, "the next " + requests + " requests hang");
    proxy.hang(requests);
    awaitMet();
  }

  private void answer(SplittableRandom random, int status, boolean hint)
      throws InterruptedException {
    int requests = random.nextInt(2, 10);
    int seconds = random.nextInt(1, 3);
    timeline.say(
        who,
        "the next "
            + requests
            + " requests are answered "
            + status
            + (hint ? ", Retry-After: " + seconds : ""));
    Map<String, String> headers = hint ? Map.of("Retry-After", String.valueOf(seconds)) : Map.of();
    proxy.next(requests, new io.millrace.testkit.fault.Fault.Answer(status, headers, ""));
    awaitMet();
  }

  private void cutAnswers(SplittableRandom random) throws InterruptedException {
    int requests = random.nextInt(1, 5);
    int bytes = random.nextInt(0, 120);
    timeline.say(who, "the next " + requests + " answers are cut after " + bytes + " bytes");
    long begin = System.nanoTime();
    proxy.cutAnswer(requests, bytes);
    awaitMet();
    // The last answer may be on its way.
    unanswered.add(begin, System.nanoTime() + MAX_WAIT.toNanos());
  }

  private void drop(SplittableRandom random) throws InterruptedException {
    int requests = random.nextInt(1, 6);
    timeline.say(who, "the connections of the next " + requests + " requests are cut");
    proxy.drop(requests);
    awaitMet();
  }

  private void goDown(SplittableRandom random) throws Exception {
    Duration time = Duration.ofMillis(random.nextInt(500, 6000));
    timeline.say(who, "down for " + time.toMillis() + " ms");
    long begin = System.nanoTime();
    proxy.goDown();
    Thread.sleep(time);
    proxy.comeUp();
    unanswered.add(begin, begin);
  }

  private void freeze(SplittableRandom random) throws Exception {
    Duration time = Duration.ofMillis(random.nextInt(500, 12000));
    timeline.say(who, "frozen for " + time.toMillis() + " ms");
    long begin = System.nanoTime();
    proxy.freeze();
    Thread.sleep(time);
    proxy.thaw();
    unanswered.add(begin, System.nanoTime() + MAX_WAIT.toNanos());
  }

  /** Waits until the faults have met requests, but not for ever; then takes the rest back. */
  private void awaitMet() throws InterruptedException {
    long deadline = System.nanoTime() + MAX_WAIT.toNanos();
    while (proxy.pendingFaults() > 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL);
    }
    proxy.clearFaults();
  }
}
