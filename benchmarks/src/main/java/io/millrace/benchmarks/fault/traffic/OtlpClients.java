package io.millrace.benchmarks.fault.traffic;

import io.millrace.benchmarks.fault.ledger.Obligations;
import io.millrace.benchmarks.fault.ledger.Piece;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * OTLP clients, each with one request under way: they count an answer that says yes as an
 * obligation, wait when they are told to, and send a request again now and then when they got no
 * answer. Thread-safe.
 */
public final class OtlpClients implements AutoCloseable {
  private static final Duration MAX_WAIT = Duration.ofSeconds(2);
  private static final Duration SHORT_WAIT = Duration.ofMillis(100);

  private final List<Thread> threads = new ArrayList<>();
  private final List<OtlpDoor> doors;
  private final Obligations obligations;
  private final int recordsOfRequest;
  private final Duration period;
  private final Map<String, Long> answers = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private Duration maxWait = MAX_WAIT;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean stopped;

  /**
   * Clients that have not begun.
   *
   * @param doors where each of them sends to
   * @param period from one request of a client to its next; zero for at once
   */
  public OtlpClients(
      List<OtlpDoor> doors, Obligations obligations, int recordsOfRequest, Duration period) {
    this.doors = List.copyOf(doors);
    this.obligations = obligations;
    this.recordsOfRequest = recordsOfRequest;
    this.period = period;
  }

  /** Has them come again earlier than they are asked to. */
  public OtlpClients impatient(Duration wait) {
    maxWait = wait;
    return this;
  }

  /** Begins to send. */
  public void start() {
    for (int i = 0; i < doors.size(); i++) {
      String source = "c" + i;
      OtlpDoor door = doors.get(i);
      threads.add(Thread.ofVirtual().name("client " + source).start(() -> sendAll(source, door)));
    }
  }

  /**
   * Sends no more; returns when the last answer is in.
   *
   * @throws IOException when a client has failed by itself
   */
  public void stop() throws IOException, InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    RuntimeException broken = failure;
    if (broken != null) {
      throw new IOException("a client has failed: " + broken, broken);
    }
  }

  /** How often each kind of answer came. */
  public Map<String, Long> answers() {
    synchronized (answers) {
      return Map.copyOf(answers);
    }
  }

  /** Answers that no sound request may get. */
  public List<String> violations() {
    synchronized (answers) {
      return List.copyOf(violations);
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
    doors.forEach(OtlpDoor::close);
  }

  private void sendAll(String source, OtlpDoor door) {
    SplittableRandom random = new SplittableRandom(source.hashCode());
    Words words = new Words(random.split());
    int next = 0;
    try {
      while (!stopped) {
        int to = next + recordsOfRequest;
        byte[] request = request(source, next, to, words);
        obligations.offer(source, next, to);
        boolean again = send(door, request, source, next, to);
        if (again && random.nextBoolean()) {
          obligations.sentAgain(source, next, to);
          send(door, request, source, next, to);
        }
        next = to;
        Thread.sleep(period);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Returns whether nobody knows what became of it. */
  private boolean send(OtlpDoor door, byte[] request, String source, int from, int to)
      throws InterruptedException {
    OtlpDoor.Answer answer = door.send(request);
    synchronized (answers) {
      answers.merge(answer.kind(), 1L, Long::sum);
    }
    switch (answer.meaning()) {
      case TAKEN -> obligations.owe(source, from, to);
      case LATER -> Thread.sleep(answer.pause().compareTo(maxWait) < 0 ? answer.pause() : maxWait);
      case UNKNOWN -> Thread.sleep(SHORT_WAIT);
      case NEVER -> {
        synchronized (answers) {
          violations.add("a sound request was answered with " + answer.kind());
        }
        Thread.sleep(SHORT_WAIT);
      }
    }
    return answer.meaning() == OtlpDoor.Meaning.UNKNOWN;
  }

  private static byte[] request(String source, int from, int to, Words words) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    Instant now = Instant.now();
    for (int number = from; number < to; number++) {
      Piece piece = new Piece(source, number, words.payload(now));
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(now.toEpochMilli() * 1_000_000)
              .setBody(AnyValue.newBuilder().setStringValue(piece.text())));
    }
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request.addResourceLogsBuilder().addScopeLogs(scope);
    return request.build().toByteArray();
  }
}
