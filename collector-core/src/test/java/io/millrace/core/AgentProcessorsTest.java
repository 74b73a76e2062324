package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.fakes.Await;
import io.millrace.core.fakes.Ending;
import io.millrace.core.fakes.Holder;
import io.millrace.core.fakes.Telemetry;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Deliveries at processors, good ones and bad ones. */
class AgentProcessorsTest extends AgentBench {

  @Test
  void countsAndNotesWhatAProcessorDrops() throws Exception {
    setup.processor(
        "filter",
        context ->
            simple(
                batch ->
                    batch.filter(
                        item -> !((LogRecord) item).body().stringValue().startsWith("drop"))));
    start(setup.pipeline("logs", "in", "filter", "out"));
    Ending some =
        in.send(
            Telemetry.logs("file/x", 0, "drop", "drop", "keep", "drop", "keep"),
            Ending.ofReplayable());
    Ending all = in.send(Telemetry.logs("file/y", 50, "drop"), Ending.ofReplayable());
    assertThat(all.outcomes()).containsExactly(Outcome.DELIVERED);
    assertThat(some.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("keep", "keep");
    assertThat(agent().metricsPage())
        .contains(
            "otelcol_processor_dropped_items{otel_signal=\"logs\",pipeline=\"logs\",processor=\"filter\",reason=\"filtered\"}"
                + " 4\n");
    assertThat(Files.readAllLines(directory.resolve("drops.jsonl")))
        .map(line -> line.replaceFirst("\"time\":\"[^\"]*\",", ""))
        .containsExactly(
            "{\"component\":\"processor:filter\",\"stream\":\"file/x\",\"start\":0,\"end\":20,\"sub\":0}",
            "{\"component\":\"processor:filter\",\"stream\":\"file/x\",\"start\":30,\"end\":40,\"sub\":0}",
            "{\"component\":\"processor:filter\",\"stream\":\"file/y\",\"start\":50,\"end\":60,\"sub\":0}");
  }

  @Test
  void tellsTheSourceWhenAProcessorRefuses() throws Exception {
    setup.processor("limiter", context -> REFUSING);
    start(setup.pipeline("logs", "in", "limiter", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("processor:limiter: memory is short", Duration.ofSeconds(3)));
  }

  @Test
  void refusesABatchOnWhichAProcessorFails() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    setup.processor(
        "bad",
        context ->
            simple(
                batch ->
                    switch (calls.incrementAndGet()) {
                      case 1 -> throw new IllegalStateException("on purpose");
                      case 2 -> throw new AssertionError("on purpose");
                      case 3 -> Batch.empty(Signal.TRACES);
                      default -> batch;
                    }));
    start(setup.pipeline("logs", "in", "bad", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("processor:bad: IllegalStateException: on purpose", null));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(new Outcome.Refused("processor:bad: AssertionError: on purpose", null));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(new Outcome.Refused("processor:bad: made no batch of logs", null));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcome())
        .isEqualTo(Outcome.DELIVERED);
    assertThat(agent().metricsPage())
        .contains("otelcol_component_misbehaved{component=\"processor:bad\"} 3\n");
  }

  @Test
  void keepsDeliveriesOfAProcessorThatHoldsThem() throws Exception {
    setup.processor("holder", context -> new Holder(2));
    start(setup.pipeline("logs", "in", "holder", "out"));
    Ending first = in.send(Telemetry.logs("a"), Ending.ofReplayable());
    assertThat(first.hasEnded()).isFalse();
    Ending second = in.send(Telemetry.logs("b"), Ending.ofReplayable());
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(out.attempts()).containsExactly(List.of("a", "b"));
    Ending third = in.send(Telemetry.logs("c"), Ending.ofReplayable());
    stop();
    assertThat(third.outcomes()).containsExactly(Outcome.DELIVERED);
    assertThat(out.accepted()).containsExactly("a", "b", "c");
  }

  @Test
  void endsADeliveryOnceThoughAProcessorEndsItTwice() throws Exception {
    setup.processor(
        "twice",
        context ->
            stateful(
                (parcel, next) -> {
                  next.accept(parcel);
                  parcel.delivery().refused("no, wait");
                  parcel.delivery().delivered();
                }));
    start(setup.pipeline("logs", "in", "twice", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    Await.until("the export ends", () -> out.accepted().size() == 1);
    Await.until(
        "the second and third end are counted",
        () ->
            agent()
                .metricsPage()
                .contains("otelcol_delivery_ended_twice{component=\"processor:twice\"} 2\n"));
    assertThat(ending.outcomes()).hasSize(1);
  }

  @Test
  void endsADeliveryThatAThrowingProcessorLeftOpen() throws Exception {
    setup.processor(
        "throwing",
        context ->
            stateful(
                (parcel, next) -> {
                  throw new IllegalStateException("on purpose");
                }));
    start(setup.pipeline("logs", "in", "throwing", "out"));
    assertThat(in.send(Telemetry.logs("a"), Ending.ofPushed()).outcomes())
        .containsExactly(
            new Outcome.Refused("processor:throwing: IllegalStateException: on purpose", null));
  }

  @Test
  void showsADeliveryThatNeverEndsAndEndsItWhenTheAgentStops() throws Exception {
    setup.processor("forgetful", context -> stateful((parcel, next) -> {}));
    start(setup.pipeline("logs", "in", "forgetful", "out"));
    Ending ending = in.send(Telemetry.logs("a"), Ending.ofPushed());
    assertThat(ending.hasEnded()).isFalse();
    Await.until(
        "its age shows",
        () ->
            gauge("otelcol_receiver_oldest_unacknowledged_age_seconds") > 0
                && gauge("otelcol_processor_taken_oldest_age_seconds") > 0);
    stop();
    assertThat(ending.outcomes()).containsExactly(Outcome.STOPPED);
  }

  private double gauge(String name) {
    return agent().instruments().collect().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getDoubleGaugeData().getPoints().stream())
        .mapToDouble(point -> point.getValue())
        .sum();
  }

  private static StatefulProcessor stateful(Taking taking) {
    return new StatefulProcessor() {
      @Override
      public Mode mode() {
        return Mode.HOLD;
      }

      @Override
      public void accept(Parcel parcel, Consumer next) throws InterruptedException {
        taking.accept(parcel, next);
      }
    };
  }

  /** The body of a stateful processor. */
  @FunctionalInterface
  private interface Taking {
    void accept(Parcel parcel, Consumer next) throws InterruptedException;
  }
}
