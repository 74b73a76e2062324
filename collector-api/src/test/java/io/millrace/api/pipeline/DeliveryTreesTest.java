package io.millrace.api.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random trees of forks and joins over several sources, whose leaves end in random order, some of
 * them twice and from several threads, against a model: a source ends once every leaf that it
 * reaches has, with the worst outcome among them.
 */
class DeliveryTreesTest {
  private static final List<Outcome> OUTCOMES =
      List.of(
          Outcome.DELIVERED,
          Outcome.DELIVERED,
          Outcome.DELIVERED,
          new Outcome.Refused("r", Duration.ofSeconds(1)),
          new Outcome.Rejected("j"),
          Outcome.STOPPED);

  /** A source, and what it was told. */
  private record Source(List<Outcome> told, boolean replayable, boolean acknowledged) {}

  /** A Delivery that is open, and the sources behind it. */
  private record Open(Delivery delivery, List<Source> sources) {}

  private final IdentityHashMap<Source, Outcome> worst = new IdentityHashMap<>();
  private final IdentityHashMap<Source, Integer> leaves = new IdentityHashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void endsEverySourceOnceWithTheWorstOfItsLeaves(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      worst.clear();
      leaves.clear();
      List<Source> sources = new ArrayList<>();
      List<Open> open = grow(random, sources);
      for (Open leaf : open) {
        leaf.sources().forEach(source -> leaves.merge(source, 1, Integer::sum));
        assertThat(leaf.delivery().replayable())
            .isEqualTo(leaf.sources().stream().allMatch(Source::replayable));
        assertThat(leaf.delivery().acknowledged())
            .isEqualTo(leaf.sources().stream().anyMatch(Source::acknowledged));
      }
      Collections.shuffle(open, random);
      if (round % 10 == 0) {
        endFromManyThreads(open, random);
      } else {
        endInTurn(open, random);
      }
      for (Source source : sources) {
        assertThat(source.told()).as("seed %s round %s", seed, round).hasSize(1);
        assertThat(source.told().get(0)).hasSameClassAs(worst.get(source));
      }
    }
  }

  private static List<Open> grow(Random random, List<Source> sources) {
    List<Open> open = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      List<Outcome> told = new CopyOnWriteArrayList<>();
      int kind = random.nextInt(3);
      Source source = new Source(told, kind == 0, kind == 2);
      Delivery delivery =
          switch (kind) {
            case 0 -> Deliveries.replayable(told::add);
            case 1 -> Deliveries.pushed(told::add);
            default -> Deliveries.acknowledged(told::add);
          };
      sources.add(source);
      open.add(new Open(delivery, List.of(source)));
    }
    for (int step = random.nextInt(12); step > 0; step--) {
      if (random.nextBoolean()) {
        Open whole = open.remove(random.nextInt(open.size()));
        Deliveries.fork(whole.delivery(), 1 + random.nextInt(4))
            .forEach(part -> open.add(new Open(part, whole.sources())));
      } else {
        Collections.shuffle(open, random);
        List<Open> parts = List.copyOf(open.subList(0, 1 + random.nextInt(open.size())));
        open.subList(0, parts.size()).clear();
        List<Source> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.sources()));
        open.add(new Open(Deliveries.join(parts.stream().map(Open::delivery).toList()), all));
      }
    }
    return open;
  }

  private void endInTurn(List<Open> open, Random random) {
    List<Open> ended = new ArrayList<>();
    for (Open leaf : open) {
      end(leaf, OUTCOMES.get(random.nextInt(OUTCOMES.size())));
      ended.add(leaf);
      if (random.nextInt(3) == 0) {
        ended.get(random.nextInt(ended.size())).delivery().end(new Outcome.Rejected("twice"));
      }
      leaf.sources().forEach(source -> leaves.merge(source, -1, Integer::sum));
      leaves.forEach((source, left) -> assertThat(source.told()).hasSize(left == 0 ? 1 : 0));
    }
  }

  private void endFromManyThreads(List<Open> open, Random random) throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (Open leaf : open) {
      Outcome outcome = OUTCOMES.get(random.nextInt(OUTCOMES.size()));
      leaf.sources().forEach(source -> worst.merge(source, outcome, Outcome::worse));
      for (int i = 0; i < 2; i++) {
        threads.add(
            new Thread(
                () -> {
                  try {
                    go.await();
                    leaf.delivery().end(outcome);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
      }
    }
    threads.forEach(Thread::start);
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void end(Open leaf, Outcome outcome) {
    leaf.sources().forEach(source -> worst.merge(source, outcome, Outcome::worse));
    leaf.delivery().end(outcome);
  }
}
