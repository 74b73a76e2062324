package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.RecordingDeadLetters;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A receiver on free ports, with what it hands over and counts. */
final class ReceiverFixture implements AutoCloseable {
  static final Endpoint ANY_PORT = new Endpoint("localhost", 0);

  private final TestContext context;
  private final RecordingOutputs outputs;
  private final OtlpReceiver receiver;

  private ReceiverFixture(OtlpReceiverConfig config, Path directory, Signal... signals) {
    context = TestContext.of("otlp", directory);
    outputs = RecordingOutputs.forSignals(signals);
    receiver = new OtlpReceiver(context, config, outputs);
  }

  /** Both protocols and every signal. */
  static OtlpReceiverConfig config() {
    return OtlpReceiverConfig.of(
        OtlpReceiverConfig.Grpc.at(ANY_PORT), OtlpReceiverConfig.Http.at(ANY_PORT));
  }

  /** gRPC alone. */
  static OtlpReceiverConfig grpc(GrpcServerConfig server) {
    return OtlpReceiverConfig.of(new OtlpReceiverConfig.Grpc(ANY_PORT, server), null);
  }

  static ReceiverFixture start(Path directory) throws StartException {
    return start(config(), directory);
  }

  static ReceiverFixture start(OtlpReceiverConfig config, Path directory) throws StartException {
    return start(config, directory, Signal.values());
  }

  static ReceiverFixture start(OtlpReceiverConfig config, Path directory, Signal... signals)
      throws StartException {
    ReceiverFixture fixture = new ReceiverFixture(config, directory, signals);
    fixture.receiver.start();
    return fixture;
  }

  int grpcPort() {
    return receiver.grpcPort();
  }

  int httpPort() {
    return receiver.httpPort();
  }

  RecordingConsumer logs() {
    return outputs.logs();
  }

  RecordingConsumer consumer(Signal signal) {
    return outputs.consumer(signal);
  }

  long refused(String transport, String reason) {
    return context
        .meter()
        .count("receiver_refused_requests", Map.of("transport", transport, "reason", reason));
  }

  /** What it kept of malformed requests. */
  List<RecordingDeadLetters.RawLetter> samples() {
    return context.deadLetters().samples();
  }

  long count(String counter) {
    return context.meter().count(counter);
  }

  @Override
  public void close() {
    stop();
  }

  void stop() {
    try {
      receiver.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
