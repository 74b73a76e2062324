package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Health;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Outcome;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When retrying comes to an end, and what is final. */
class GivingUpTest extends ExportPathBench {
  private static final DeliverySettings.Retry ONCE =
      new DeliverySettings.Retry(
          false, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO);
  private static final DeliverySettings.Retry SHORT =
      new DeliverySettings.Retry(
          true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ofMillis(5));

  @Test
  void putsAsideWhatAReplayableSourceWouldHandToTheSiblingsAgain() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Retry("busy", null));
    path = path(STANDARD.withRetry(SHORT));
    assertThat(send(Telemetry.logs("a", "b"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts()).hasSizeGreaterThan(1);
    assertThat(deadLetters())
        .singleElement()
        .asString()
        .contains("\"reason\":\"given up after 0 s: busy\"")
        .contains("\"items\":2");
    assertThat(balance()).isEqualTo(books(2, 0, 2, 0, 0));
    assertThat(metric("otelcol_exporter_given_up_log_records")).isEqualTo(2);
    assertThat(board.components()).containsEntry("exporter:fake", new Health.Degraded("busy"));
  }

  @Test
  void putsAsideWhatASenderBelievesToHaveArrived() throws Exception {
    exporter.answer(batch -> new ExportOutcome.Retry("busy", null));
    path = path(STANDARD.withRetry(ONCE));
    assertThat(send(Telemetry.logs("a"), Ending.ofAcknowledged()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts()).hasSize(1);
    assertThat(deadLetters()).singleElement().asString().contains("given up after 0 s: busy");
  }

  @Test
  void putsOnlyTheRestAside() throws Exception {
    exporter.answer(batch -> new ExportOutcome.Partial(List.of(), bits(1), "one is slow", null));
    path = path(STANDARD.withRetry(ONCE));
    assertThat(send(Telemetry.logs("a", "b", "c"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(balance()).isEqualTo(books(3, 2, 1, 0, 0));
    assertThat(deadLetters()).singleElement().asString().contains("one is slow");
  }

  @Test
  void blocksWhenWhatIsGivenUpCannotBePutAside() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Retry("busy", null));
    path = path(STANDARD.withRetry(ONCE), false, new MemoryBudget(1 << 20), DataSize.ofBytes(10));
    Ending ending = send(Telemetry.logs("a"), Ending.ofReplayable());
    Await.until("it is tried again", () -> metric("otelcol_exporter_retries") > 3);
    assertThat(ending.hasEnded()).isFalse();
    assertThat(board.components().get("exporter:fake"))
        .isInstanceOfSatisfying(
            Health.Degraded.class, health -> assertThat(health.reason()).isNotEmpty());
    path.close();
    assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED);
  }

  @Test
  void neverMergesWhatIsKeptWithWhatIsRefused() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    exporter.answer(
        batch -> {
          go.await();
          return ExportOutcome.ACCEPTED;
        });
    exporter.otherwise(batch -> new ExportOutcome.Retry("busy", null));
    path =
        path(
            STANDARD
                .withRetry(ONCE)
                .withQueue(
                    queue(
                        1000,
                        DeliverySettings.Sizer.REQUESTS,
                        new DeliverySettings.Merge(
                            Duration.ofMillis(5), 100, 0, DeliverySettings.Sizer.ITEMS))));
    Ending first = send(Telemetry.logs("first"), Ending.ofPushed());
    Await.until("the first is under way", () -> exporter.attempts().size() == 1);
    Ending pushed = send(Telemetry.logs("pushed"), Ending.ofPushed());
    Ending read = send(Telemetry.logs("read"), Ending.ofReplayable());
    go.countDown();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(pushed.outcome()).isEqualTo(new Outcome.Refused("exporter:fake: busy", null));
    assertThat(read.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(deadLetters()).hasSize(1);
  }

  @Test
  void takesCodesForFinalOrNotAsTheUserSays() throws Exception {
    exporter.answer(
        batch -> new ExportOutcome.Retry("no such index", null, "404"),
        batch -> new ExportOutcome.Rejected("bad", "400", true),
        batch -> new ExportOutcome.Retry("who?", null, "401"),
        batch ->
            new ExportOutcome.Partial(
                List.of(
                    new ExportOutcome.RejectedItem(0, "bad", "400"),
                    new ExportOutcome.RejectedItem(1, "worse", "422")),
                bits(2, 3),
                "some are not",
                null,
                Map.of("404", bits(2), "429", bits(3))));
    path = path(STANDARD.withRetry(QUICK.withCodes(Set.of("400"), Set.of("404"))));
    assertThat(send(Telemetry.logs("x"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(deadLetters()).singleElement().asString().contains("no such index");
    assertThat(send(Telemetry.logs("a", "b", "c", "d", "e"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts().subList(1, 5))
        .containsExactly(
            List.of("a", "b", "c", "d", "e"),
            List.of("a", "b", "c", "d", "e"),
            List.of("a", "b", "c", "d", "e"),
            List.of("a", "d"));
    assertThat(deadLetters().subList(1, 3))
        .anySatisfy(line -> assertThat(line).contains("worse").contains("\"items\":1"))
        .anySatisfy(line -> assertThat(line).contains("some are not").contains("\"items\":1"));
    assertThat(balance()).isEqualTo(books(6, 3, 3, 0, 0));
  }

  @Test
  void findsThePoisonInABatchByHalving() throws Exception {
    exporter.otherwise(
        batch ->
            Telemetry.texts(batch).contains("t611-")
                ? new ExportOutcome.Rejected("bad time", "400", true)
                : ExportOutcome.ACCEPTED);
    path = path(STANDARD);
    String[] texts = new String[1000];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "t" + i + "-";
    }
    assertThat(send(Telemetry.logs(texts), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(balance()).isEqualTo(books(1000, 999, 1, 0, 0));
    assertThat(deadLetters()).singleElement().asString().contains("bad time");
    assertThat(exporter.attempts()).hasSizeLessThan(24);
    assertThat(exporter.accepted()).hasSize(999).doesNotContain("t611-");
  }

  @Test
  void findsSeveralPoisonsInTheirPlaces() throws Exception {
    Set<String> poison = Set.of("t0", "t1", "t17", "t63");
    exporter.otherwise(
        batch ->
            Telemetry.texts(batch).stream().anyMatch(poison::contains)
                ? new ExportOutcome.Rejected("bad", "400", true)
                : ExportOutcome.ACCEPTED);
    path = path(STANDARD);
    String[] texts = new String[64];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "t" + i;
    }
    assertThat(send(Telemetry.logs(texts), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(balance()).isEqualTo(books(64, 60, 4, 0, 0));
  }

  @Test
  void doesNotDivideWithoutEndWhatIsBadAsAWhole() throws Exception {
    exporter.otherwise(batch -> new ExportOutcome.Rejected("wrong tenant", "400", true));
    path = path(STANDARD);
    String[] texts = new String[4096];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "t" + i;
    }
    assertThat(send(Telemetry.logs(texts), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(balance()).isEqualTo(books(4096, 0, 4096, 0, 0));
    assertThat(exporter.attempts()).hasSizeLessThan(64);
  }

  @Test
  void doesNotDivideWhatAllItemsAreToBlameFor() throws Exception {
    exporter.answer(batch -> new ExportOutcome.Rejected("gone", "410", false));
    path = path(STANDARD);
    assertThat(send(Telemetry.logs("a", "b"), Ending.ofReplayable()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(exporter.attempts()).hasSize(1);
  }
}
