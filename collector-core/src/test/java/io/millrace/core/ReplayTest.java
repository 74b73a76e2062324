package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Overflow;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Health;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.FakeReceiver;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.state.DeadLetterInspector;
import io.millrace.core.state.DeadLetterSettings;
import io.millrace.core.state.ReplayRequest;
import io.millrace.core.state.ReplayRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters that are handed on again. */
final class ReplayTest {
  @TempDir private Path directory;
  private final FakeReceiver in = new FakeReceiver();
  private final FakeExporter sick = new FakeExporter();
  private final FakeExporter sibling = new FakeExporter();
  private final List<Batch> sent = new CopyOnWriteArrayList<>();
  private @Nullable Agent agent;

  @AfterEach
  void stop() throws InterruptedException {
    if (agent != null) {
      agent.stop();
      agent = null;
    }
  }

  @Test
  void fillsTheGapOfOneExporterAndLeavesItsSiblingsAlone() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup());
    Ending ending = in.send(Telemetry.logs("file/x", 70, "a", "b"), Ending.ofReplayable());
    assertThat(ending.outcome()).isEqualTo(Outcome.DELIVERED);
    sick.otherwise(this::accepting);
    request(List.of(), List.of());
    Await.until("it is handed on", () -> sick.accepted().equals(List.of("a", "b")));
    Await.until("nothing is left", () -> lettersLeft() == 0);
    assertThat(sibling.accepted()).containsExactly("a", "b");
    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst().origins())
        .isEqualTo(Telemetry.logs("file/x", 70, "a", "b").origins());
    Await.until("the request is forgotten", () -> requestFiles().isEmpty());
    assertThat(Files.exists(directory.resolve("dead-letters/exporter-sick.jsonl"))).isFalse();
    assertThat(agent().metricsPage())
        .contains("otelcol_dead_letters_replay_handed_on_items 2\n")
        .contains("otelcol_dead_letters_replay_arrived_items 2\n")
        .contains("otelcol_dead_letters_kept_items{component=\"exporter:sick\"} 2\n")
        .contains("otelcol_dead_letters_bytes 0\n");
    assertThat(agent().balances()).allMatch(balance -> balance.missing() == 0);
  }

  @Test
  void handsOnWhatWasAskedForWhileNoAgentRan() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup());
    in.send(Telemetry.logs("file/x", 0, "too large"), Ending.ofReplayable());
    in.send(Telemetry.logs("file/x", 10, "wrong type"), Ending.ofReplayable());
    Await.until("both are put aside", () -> lettersLeft() == 2);
    stop();
    sick.otherwise(this::accepting);
    request(List.of("sick"), List.of("wrong"));
    start(setup());
    Await.until("it is handed on", () -> sick.accepted().equals(List.of("wrong type")));
    Await.until("one is left", () -> lettersLeft() == 1);
  }

  @Test
  void makesADeadLetterAgainOfWhatIsRejectedAgain() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup().options(o -> o.withDeadLetters(DeadLetterSettings.of(DataSize.ofBytes(400)))));
    in.send(Telemetry.logs("file/x", 0, "no"), Ending.ofReplayable());
    Await.until("it is put aside", () -> lettersLeft() == 1);
    int attempts = sick.attempts().size();
    request(List.of(), List.of());
    Await.until("it is tried again", () -> sick.attempts().size() > attempts);
    Await.until("the request is over", () -> requestFiles().isEmpty());
    assertThat(lettersLeft()).isEqualTo(1);
    assertThat(sick.attempts()).as("once, although the store was full").hasSize(attempts + 1);
  }

  @Test
  void goesOnAfterAnAgentThatEndedOnTheWay() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup().options(o -> o.withGrace(Duration.ofMillis(100))));
    for (int i = 0; i < 20; i++) {
      in.send(Telemetry.logs("file/x", 10L * i, "t" + i), Ending.ofReplayable());
    }
    Await.until("all are put aside", () -> lettersLeft() == 20);
    sick.otherwise(batch -> new ExportOutcome.Retry("down", null));
    request(List.of(), List.of());
    Await.until("they are on their way", () -> lettersReturning() == 20);
    int before = sick.attempts().size();
    Await.until("some are tried", () -> sick.attempts().size() > before + 20);
    stop();
    assertThat(lettersReturning()).isEqualTo(20);
    sick.otherwise(this::accepting);
    start(setup());
    Await.until("all arrive without being asked for again", () -> lettersLeft() == 0);
    assertThat(sick.accepted()).doesNotHaveDuplicates().hasSize(20);
  }

  @Test
  void keepsLettersOfAComponentThatIsGoneAndNamesIt() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup());
    in.send(Telemetry.logs("file/x", 0, "a"), Ending.ofReplayable());
    Await.until("it is put aside", () -> lettersLeft() == 1);
    stop();
    request(List.of(), List.of());
    start(
        new AgentSetup(directory)
            .receiver("in", in)
            .exporter("sibling", sibling)
            .pipeline("logs", "in", "", "sibling"));
    Await.until(
        "health names it",
        () ->
            agent().health().components().get("replay") instanceof Health.Degraded degraded
                && degraded.reason().endsWith(" does not have: exporter:sick"));
    assertThat(lettersReturning()).isEqualTo(1);
    stop();
    sick.otherwise(this::accepting);
    start(setup());
    Await.until("it arrives once it is there", () -> sick.accepted().equals(List.of("a")));
    Await.until(
        "health is well", () -> Health.OK.equals(agent().health().components().get("replay")));
  }

  @Test
  void handsTwoRequestsForTheSameLettersOnOnce() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup());
    for (int i = 0; i < 5; i++) {
      in.send(Telemetry.logs("file/x", 10L * i, "t" + i), Ending.ofReplayable());
    }
    Await.until("all are put aside", () -> lettersLeft() == 5);
    sick.otherwise(this::accepting);
    request(List.of(), List.of());
    request(List.of("exporter:sick"), List.of());
    Await.until("all arrive", () -> lettersLeft() == 0 && requestFiles().isEmpty());
    assertThat(sick.accepted()).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void handsAReceiversLettersToItsPipelinesAndLeavesBytes() throws Exception {
    AgentSetup setup =
        new AgentSetup(directory)
            .receiver(
                "in",
                Set.of(Signal.LOGS),
                (context, outputs) -> {
                  try {
                    context.deadLetters().put(Telemetry.logs("file/x", 0, "kept"), "gone wrong");
                    context.deadLetters().putRaw(new byte[] {1}, "here", "no telemetry");
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  return in.into(outputs);
                })
            .exporter("sick", sick)
            .exporter("sibling", sibling)
            .pipeline("logs", "in", "", "sick")
            .pipeline("logs/2", "in", "", "sibling");
    start(setup);
    Await.until("they are put aside", () -> lettersLeft() == 2);
    request(List.of("receiver:in"), List.of());
    Await.until("it is handed on", () -> lettersLeft() == 1);
    assertThat(sick.accepted()).containsExactly("kept");
    assertThat(sibling.accepted()).containsExactly("kept");
    assertThat(Files.readString(directory.resolve("dead-letters/receiver-in.jsonl")))
        .contains("\"state\":\"dead\"", "\"raw\"");
  }

  @Test
  void handsAProcessorsLettersToItselfInItsPipeline() throws Exception {
    List<List<String>> seen = new CopyOnWriteArrayList<>();
    AgentSetup setup =
        new AgentSetup(directory)
            .receiver("in", in)
            .processor("strict", context -> strict(context.deadLetters()::put, seen))
            .exporter("sick", sick)
            .exporter("sibling", sibling)
            .pipeline("logs", "in", "strict", "sick")
            .pipeline("logs/2", "in", "", "sibling");
    start(setup);
    in.send(Telemetry.logs("file/x", 0, "bad"), Ending.ofReplayable());
    Await.until("it is put aside", () -> lettersLeft() == 1);
    request(List.of(), List.of());
    Await.until("it arrives", () -> sick.accepted().equals(List.of("bad")) && lettersLeft() == 0);
    assertThat(seen).containsExactly(List.of("bad"), List.of("bad"));
    assertThat(sibling.accepted()).containsExactly("bad");
  }

  @Test
  void waitsForRoomWhereOthersAreDropped() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    DeliverySettings dropping =
        DeliverySettings.standard()
            .withQueue(
                new DeliverySettings.Queue(
                    true,
                    1,
                    2,
                    DeliverySettings.Sizer.REQUESTS,
                    false,
                    false,
                    null,
                    Overflow.DROP));
    sick.otherwise(this::rejecting);
    start(
        new AgentSetup(directory)
            .receiver("in", in)
            .exporter("sick", dropping, context -> sick)
            .pipeline("logs", "in", "", "sick"));
    for (int i = 0; i < 10; i++) {
      assertThat(
              in.send(Telemetry.logs("file/x", 10L * i, "t" + i), Ending.ofReplayable()).outcome())
          .isEqualTo(Outcome.DELIVERED);
    }
    assertThat(lettersLeft()).isEqualTo(10);
    sick.otherwise(
        batch -> {
          go.await();
          return accepting(batch);
        });
    request(List.of(), List.of());
    Await.until(
        "the queue is full", () -> agent().metricsPage().contains("replay_handed_on_items 3\n"));
    go.countDown();
    Await.until("all arrive", () -> lettersLeft() == 0);
    assertThat(sick.accepted()).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void leavesALetterThatCannotBeReadAndGoesOnWithTheRest() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup());
    in.send(Telemetry.logs("file/x", 0, "a"), Ending.ofReplayable());
    Await.until("it is put aside", () -> lettersLeft() == 1);
    stop();
    Path file = directory.resolve("dead-letters/exporter-sick.jsonl");
    String line = Files.readString(file);
    Files.writeString(file, line.replaceFirst("\"otlp\":\"..", "\"otlp\":\"//"));
    Files.writeString(file, line, StandardOpenOption.APPEND);
    Files.writeString(file, "{\"state\":\"dead\",\"time", StandardOpenOption.APPEND);
    sick.otherwise(this::accepting);
    request(List.of(), List.of());
    start(setup());
    Await.until("the request is over", () -> requestFiles().isEmpty());
    assertThat(sick.accepted()).containsExactly("a");
    assertThat(Files.readAllLines(file)).singleElement().asString().contains("\"state\":\"dead\"");
  }

  @Test
  void raisesTheAlarmWhileDeadLettersAreFullAndGoesOnWhenThereIsRoom() throws Exception {
    sick.otherwise(this::rejecting);
    start(setup().options(o -> o.withDeadLetters(DeadLetterSettings.of(DataSize.ofBytes(400)))));
    in.send(Telemetry.logs("file/x", 0, "a"), Ending.ofReplayable());
    Await.until("it is put aside", () -> lettersLeft() == 1);
    Ending blocked = in.send(Telemetry.logs("file/x", 10, "b"), Ending.ofReplayable());
    Await.until(
        "the alarm",
        () ->
            agent().health().components().get("dead_letters") instanceof Health.Degraded degraded
                && degraded.reason().startsWith("Dead letters are full"));
    assertThat(blocked.hasEnded()).isFalse();
    assertThat(agent().metricsPage()).contains("otelcol_dead_letters_capacity_bytes 400\n");
    Files.move(
        directory.resolve("dead-letters/exporter-sick.jsonl"), directory.resolve("looked-at"));
    assertThat(blocked.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(agent().health().components()).containsEntry("dead_letters", Health.OK);
  }

  private ExportOutcome rejecting(Batch batch) {
    return new ExportOutcome.Rejected("never: " + Telemetry.texts(batch));
  }

  private ExportOutcome accepting(Batch batch) {
    sent.add(batch);
    return ExportOutcome.ACCEPTED;
  }

  /** Puts aside. */
  @FunctionalInterface
  private interface Aside {
    void put(Batch batch, String reason) throws IOException;
  }

  /** Puts aside what is bad, the first time. */
  private static StatefulProcessor strict(Aside letters, List<List<String>> seen) {
    return new StatefulProcessor() {
      @Override
      public Mode mode() {
        return Mode.HOLD;
      }

      @Override
      public void accept(Parcel parcel, Consumer next) throws InterruptedException {
        seen.add(Telemetry.texts(parcel.batch()));
        if (seen.size() > 1) {
          next.accept(parcel);
          return;
        }
        try {
          letters.put(parcel.batch(), "bad");
          parcel.delivery().delivered();
        } catch (IOException e) {
          parcel.delivery().refused("later");
        }
      }
    };
  }

  private AgentSetup setup() {
    return new AgentSetup(directory)
        .receiver("in", in)
        .exporter("sick", sick)
        .exporter("sibling", sibling)
        .pipeline("logs", "in", "", "sick sibling");
  }

  private void start(AgentSetup setup) throws Exception {
    agent = setup.agent();
    agent.start();
  }

  private Agent agent() {
    return Objects.requireNonNull(agent);
  }

  private void request(List<String> components, List<String> reasons) throws IOException {
    var _ = ReplayRequests.of(directory).add(new ReplayRequest(components, reasons));
  }

  private List<Path> requestFiles() {
    try (var files = Files.list(directory.resolve("dead-letters/replay"))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long lettersLeft() {
    return groups().stream().mapToLong(DeadLetterInspector.Group::letters).sum();
  }

  private long lettersReturning() {
    return groups().stream().mapToLong(DeadLetterInspector.Group::returning).sum();
  }

  private List<DeadLetterInspector.Group> groups() {
    try {
      return new ArrayList<>(new DeadLetterInspector(directory).summary().groups());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
