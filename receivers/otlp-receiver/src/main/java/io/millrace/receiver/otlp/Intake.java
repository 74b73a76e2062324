package io.millrace.receiver.otlp;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.PushStream;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.log.LogLimit;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.net.EventLoops;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way of every request into the pipelines, whatever protocol it came by: read, number, hand
 * over, wait. Thread-safe.
 */
final class Intake {
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  /** What cutting, numbering and changing an item takes of the heap at least, all in all. */
  private static final int ITEM_HEAP_BYTES = 512;

  /** About what the smallest heap that the launcher gives has room for. */
  private static final int MIN_MAX_ITEMS = 1 << 16;

  private static final long MAX_ITEMS =
      Math.max(MIN_MAX_ITEMS, Runtime.getRuntime().maxMemory() / ITEM_HEAP_BYTES);

  private final ComponentContext context;
  private final OtlpReceiverConfig config;
  private final Outputs outputs;
  private final PushStream stream;
  private final EventLoops loops;
  private final ReceiverMetrics metrics;
  private final ByteBudget budget;
  private final LogLimit lostLog;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  Intake(ComponentContext context, OtlpReceiverConfig config, Outputs outputs, EventLoops loops) {
    this.context = context;
    this.config = config;
    this.outputs = outputs;
    this.loops = loops;
    this.stream = context.pushStream();
    this.metrics = new ReceiverMetrics(context.meter());
    this.budget = loops.waiting().part(config.maxWaitingSize().bytes());
    this.lostLog = new LogLimit(LOG_INTERVAL, context.clock());
  }

  /** Reads a request's telemetry. */
  @FunctionalInterface
  interface Reading {
    Batch read(Signal signal, byte[] bytes, int offset, int length)
        throws MalformedTelemetryException;
  }

  /**
   * A request's body and where it came from. Immutable but for the body, which goes to whoever
   * reads it.
   */
  static final class Body {
    private final byte[] bytes;
    private final int offset;
    private final Reading reading;
    private final Map<String, List<String>> metadata;
    private final @Nullable String peer;

    /** A body from an offset to the end of an array. */
    Body(
        byte[] bytes,
        int offset,
        Reading reading,
        Map<String, List<String>> metadata,
        @Nullable String peer) {
      this.bytes = bytes;
      this.offset = offset;
      this.reading = reading;
      this.metadata = metadata;
      this.peer = peer;
    }

    private Batch read(Signal signal) throws MalformedTelemetryException {
      return reading.read(signal, bytes, offset, bytes.length - offset);
    }

    /** As it came. */
    private byte[] content() {
      return Arrays.copyOfRange(bytes, offset, bytes.length);
    }

    /** Where it came from, for people. */
    private String origin(Signal signal) {
      return "otlp " + signal.id() + (peer == null ? "" : " " + peer);
    }
  }

  ReceiverMetrics metrics() {
    return metrics;
  }

  /** Limits what requests hold; see {@link Waiting}. */
  ByteBudget budget() {
    return budget;
  }

  Set<Signal> signals() {
    return outputs.signals();
  }

  /** How long clients wait that do not say. */
  Duration answerTimeout() {
    return config.answerTimeout();
  }

  boolean stopping() {
    return stopping;
  }

  /**
   * Begins a request: from now on it will be answered within {@code limit}.
   *
   * @param answer called once, on any thread; does not block
   */
  Waiting begin(
      ReceiverMetrics.Transport transport,
      ByteBudget.Lease lease,
      Duration limit,
      AnswerSink answer) {
    Waiting request = new Waiting(this, transport, lease, answer);
    waiting.add(request);
    request.timer(loops.group().schedule(request::expire, limit.toMillis(), TimeUnit.MILLISECONDS));
    if (stopping) {
      request.stop();
    }
    return request;
  }

  /** Takes a request in. Blocks while the pipelines are full. */
  void take(Waiting request, Signal signal, Body body) {
    Batch batch;
    try {
      batch = body.read(signal);
    } catch (MalformedTelemetryException e) {
      refuse(request, signal, body, Refusal.MALFORMED, "Malformed request: " + e.getMessage());
      return;
    }
    if (batch.isEmpty()) {
      request.endEmpty();
      return;
    }
    if (batch.itemCount() > MAX_ITEMS) {
      String reason =
          "Request of "
              + batch.itemCount()
              + " items (expected: at most "
              + MAX_ITEMS
              + " with this agent's memory)";
      refuse(request, signal, body, Refusal.TOO_LARGE, reason);
      return;
    }
    Consumer consumer = outputs.of(signal).orElse(null);
    if (consumer == null) {
      request.end(
          Refusal.UNKNOWN_PATH, new Verdict.Invalid("No pipeline takes " + signal.id() + "."));
      return;
    }
    Batch numbered = batch.withOrigins(stream.next(batch.itemCount()));
    Instant now = context.clock().instant();
    long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    boolean atOnce = config.acknowledge() == Acknowledge.ACCEPTED;
    Delivery delivery = atOnce ? Deliveries.acknowledged(request) : Deliveries.pushed(request);
    Parcel parcel =
        new Parcel(numbered, delivery, new RequestContext(body.metadata, body.peer, nanos));
    if (!request.enterAdmission()) {
      parcel.delivery().refused("The request was given up.");
      return;
    }
    try {
      consumer.accept(parcel);
    } catch (InterruptedException e) {
      // The Delivery has ended as failed, and with it the request; so does this thread.
      Thread.currentThread().interrupt();
      return;
    } finally {
      request.leaveAdmission();
    }
    if (atOnce) {
      request.acknowledge();
    }
  }

  /** Refuses what never will be taken, and keeps a sample of it. */
  private void refuse(Waiting request, Signal signal, Body body, Refusal why, String reason) {
    request.end(why, new Verdict.Invalid(reason));
    context.deadLetters().sample(body.content(), body.origin(signal), reason);
  }

  /** Answers a request in which the receiver itself or a pipeline failed. */
  void broken(Waiting request, RuntimeException cause) {
    context.logger().atError().setCause(cause).log("Request could not be handed over");
    request.end(Refusal.INTERNAL, new Verdict.Unavailable("Internal error.", null));
  }

  /** Takes no more requests and withdraws those that wait for admission; the others go on. */
  void stopTaking() {
    stopping = true;
    waiting.forEach(Waiting::withdraw);
  }

  /** How many requests are not answered yet. */
  int unanswered() {
    return waiting.size();
  }

  /** Answers every request that is left. */
  void answerAll() {
    waiting.forEach(Waiting::stop);
  }

  void forget(Waiting answered) {
    waiting.remove(answered);
  }

  /** A request failed that its client believes to have arrived. */
  void lost(Verdict verdict) {
    metrics.lost();
    lostLog.log(
        suppressed ->
            context
                .logger()
                .atError()
                .addKeyValue("verdict", verdict)
                .addKeyValue("suppressed", suppressed)
                .log("Telemetry was lost that had been acknowledged on acceptance"));
  }
}
