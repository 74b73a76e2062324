package io.millrace.exporter.otlp;

import io.millrace.api.component.Exporter;
import io.millrace.api.component.Receiver;
import io.millrace.api.config.Endpoint;
import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.otlp.OtlpReceiverConfig;
import io.millrace.receiver.otlp.OtlpReceiverFactory;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.contract.ExporterContractTest;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.toolkit.grpc.GrpcClientConfig;
import io.millrace.toolkit.tls.TlsClientConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collection;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class OtlpExporterContractIT extends ExporterContractTest {
  private final RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.values());
  private final Endpoint endpoint = new Endpoint("localhost", LoopbackPorts.free());
  private final Receiver receiver =
      new OtlpReceiverFactory()
          .create(
              TestContext.of("otlp", directory),
              OtlpReceiverConfig.of(OtlpReceiverConfig.Grpc.at(endpoint), null),
              outputs);
  private final ServerSocket silent;

  OtlpExporterContractIT() throws Exception {
    silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @BeforeEach
  void startDestination() throws Exception {
    receiver.start();
  }

  @AfterEach
  void stopDestination() throws Exception {
    receiver.stop();
    silent.close();
  }

  @Override
  protected Exporter create(TestContext context) {
    return exporter(context, endpoint.port());
  }

  @Override
  protected Optional<Exporter> createUnreachable(TestContext context) {
    return Optional.of(exporter(context, LoopbackPorts.free()));
  }

  @Override
  protected Optional<Exporter> createHanging(TestContext context) {
    return Optional.of(exporter(context, silent.getLocalPort()));
  }

  @Override
  protected Collection<String> received(Signal signal) {
    return outputs.consumer(signal).delivered().stream()
        .flatMap(batch -> TestTelemetry.ids(batch).stream())
        .toList();
  }

  private static Exporter exporter(TestContext context, int port) {
    GrpcClientConfig client = GrpcClientConfig.standard().withTls(TlsClientConfig.plaintext());
    return new OtlpExporter(context, OtlpExporterConfig.of("localhost:" + port, client));
  }
}
