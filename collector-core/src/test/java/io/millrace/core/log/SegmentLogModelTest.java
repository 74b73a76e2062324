package io.millrace.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.log.Logs.Ticket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Does random things to a log on a disk that loses, tears and refuses, and compares what its
 * readers see with a model that is nothing but a list: what was acknowledged comes, in order and
 * unaltered, from each reader's position on; what was not may come or not, but never as something
 * else. More seeds with {@code -Dmillrace.log.seeds=N}.
 */
class SegmentLogModelTest {
  private static final LogSettings SETTINGS = Logs.settings(DataSize.ofBytes(48 << 10));
  private static final Set<String> READERS = Set.of("a", "b");
  private static final int STEPS = 300;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("millrace.log.seeds", 150));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void losesNothingThatItAcknowledged(long seed) throws Exception {
    Run run = new Run(seed);
    try {
      for (run.step = 0; run.step < STEPS; run.step++) {
        run.act();
      }
      run.finish();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ", step " + run.step + ": " + e.getMessage(), e);
    }
  }

  /** What the model knows of a reader. */
  private static final class Model {
    private final Set<Long> delivered = new HashSet<>();
    private final List<LogEntry> open = new ArrayList<>();
    private long taken;
  }

  private static final class Run {
    private final Random random;
    private FailingDisk disk;
    private Logs logs;
    private final Map<Long, List<String>> acknowledged = new TreeMap<>();
    private final Set<List<String>> offered = new HashSet<>();
    private final Map<Ticket, List<String>> pending = new HashMap<>();
    private final Map<String, Model> readers = new TreeMap<>();
    private long bornAt;
    private int batches;
    private int step;

    Run(long seed) throws IOException {
      random = new Random(seed);
      disk = new FailingDisk(random);
      logs = Logs.open(disk, SETTINGS, READERS);
      READERS.forEach(name -> readers.put(name, new Model()));
    }

    void act() throws IOException, InterruptedException {
      int choice = random.nextInt(100);
      if (choice < 35) {
        offer();
      } else if (choice < 55) {
        work();
      } else if (choice < 75) {
        take(random.nextBoolean() ? "a" : "b", 1 + random.nextInt(6));
      } else if (choice < 90) {
        deliver(random.nextBoolean() ? "a" : "b", 1 + random.nextInt(6));
      } else if (choice < 94) {
        weather();
      } else if (choice < 96) {
        close();
      } else if (choice < 98) {
        reopen(disk.kill());
      } else {
        reopen(disk.crash());
      }
    }

    void finish() throws IOException, InterruptedException {
      calm();
      work();
      reopen(disk.crash());
      for (String name : READERS) {
        takeAll(name);
        Model model = readers.get(name);
        assertThat(model).isNotNull();
        if (model != null) {
          checkNothingIsMissing(model, Long.MAX_VALUE);
        }
      }
    }

    private void offer() throws InterruptedException {
      int items = 1 + random.nextInt(3);
      String[] texts = new String[items];
      for (int i = 0; i < items; i++) {
        texts[i] = "b" + batches + "-" + i + "-" + "x".repeat(random.nextInt(800));
      }
      batches++;
      Batch batch = Telemetry.logs("stream", batches * 100L, texts);
      offered.add(List.of(texts));
      Ticket ticket = logs.offer(batch);
      if (ticket.refusal() == null) {
        pending.put(ticket, List.of(texts));
      }
    }

    private void work() {
      logs.log().work();
      answers();
    }

    private void answers() {
      pending.forEach(
          (ticket, texts) -> {
            if (ticket.isCommitted()) {
              assertThat(acknowledged.put(ticket.sequence(), texts))
                  .as("number %d was given before", ticket.sequence())
                  .isNull();
            }
          });
      pending.keySet().removeIf(ticket -> ticket.isCommitted() || ticket.refusal() != null);
    }

    private void take(String name, int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        try {
          LogEntry entry = logs.log().reader(name).poll();
          if (entry == null) {
            return;
          }
          check(name, entry);
        } catch (IOException e) {
          return; // The disk's weather; the same batch comes next time.
        }
      }
    }

    private void takeAll(String name) throws IOException, InterruptedException {
      for (LogEntry entry = logs.log().reader(name).poll();
          entry != null;
          entry = logs.log().reader(name).poll()) {
        check(name, entry);
      }
    }

    private void check(String name, LogEntry entry) {
      Model model = model(name);
      List<String> texts = Telemetry.texts(entry.batch());
      assertThat(entry.sequence()).as("order of %s", name).isGreaterThan(model.taken);
      List<String> expected = acknowledged.get(entry.sequence());
      if (expected == null) {
        assertThat(offered).as("batch that nobody sent").contains(texts);
        assertThat(entry.sequence()).as("batch that was refused in this life").isLessThan(bornAt);
        acknowledged.put(entry.sequence(), texts);
      } else {
        assertThat(texts).as("batch %d", entry.sequence()).isEqualTo(expected);
      }
      assertThat(entry.batch().origins().stream(0)).isEqualTo("stream");
      checkNothingIsMissing(model, entry.sequence());
      model.taken = entry.sequence();
      model.open.add(entry);
    }

    /** Whether a reader that has come to a number has taken all that was acknowledged before. */
    private void checkNothingIsMissing(Model model, long until) {
      for (Long sequence : acknowledged.keySet()) {
        if (sequence > model.taken && sequence < until) {
          assertThat(sequence).as("acknowledged batch that does not come").isEqualTo(until);
        }
      }
    }

    private void deliver(String name, int count) {
      Model model = model(name);
      for (int i = 0; i < count && !model.open.isEmpty(); i++) {
        LogEntry entry = model.open.remove(random.nextInt(model.open.size()));
        logs.log().reader(name).delivered(entry.sequence());
        model.delivered.add(entry.sequence());
      }
      long position = logs.log().reader(name).position();
      for (LogEntry open : model.open) {
        assertThat(position)
            .as("position of %s, which has not delivered batch %d", name, open.sequence())
            .isLessThanOrEqualTo(open.sequence());
      }
    }

    private void weather() {
      switch (random.nextInt(5)) {
        case 0 -> disk.free(random.nextInt(3000));
        case 1 -> disk.fail(0, 0.3, 0);
        case 2 -> disk.fail(0.2, 0.1, 0);
        case 3 -> disk.fail(0, 0, 0.2);
        default -> calm();
      }
    }

    private void calm() {
      disk.free(Long.MAX_VALUE);
      disk.fail(0, 0, 0);
    }

    private void close() throws IOException {
      calm();
      logs.log().close();
      answers();
      Map<String, Long> positions = new HashMap<>();
      READERS.forEach(name -> positions.put(name, logs.log().reader(name).position()));
      reopen(disk.crash());
      positions.forEach(
          (name, position) ->
              assertThat(logs.log().reader(name).position())
                  .as("position of %s after a clean end", name)
                  .isEqualTo(position));
    }

    private void reopen(FailingDisk next) throws IOException {
      disk = next;
      pending.clear();
      logs = Logs.open(disk, SETTINGS, READERS);
      bornAt = logs.nextSequence();
      for (String name : READERS) {
        Model model = model(name);
        long position = logs.log().reader(name).position();
        for (Long sequence : acknowledged.keySet()) {
          if (sequence < position) {
            assertThat(model.delivered)
                .as("position %d of %s is past batch %d", position, name, sequence)
                .contains(sequence);
          }
        }
        model.open.clear();
        model.taken = position - 1;
      }
    }

    private Model model(String name) {
      Model model = readers.get(name);
      if (model == null) {
        throw new IllegalArgumentException(name);
      }
      return model;
    }
  }
}
