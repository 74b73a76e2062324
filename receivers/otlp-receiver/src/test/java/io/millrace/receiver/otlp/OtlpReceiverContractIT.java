package io.millrace.receiver.otlp;

import io.grpc.Status;
import io.grpc.StatusException;
import io.millrace.api.component.Receiver;
import io.millrace.api.config.Endpoint;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.contract.ReceiverContractTest;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.toolkit.otlp.OtlpService;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;

class OtlpReceiverContractIT extends ReceiverContractTest {
  private final Endpoint endpoint = new Endpoint("localhost", LoopbackPorts.free());

  @Override
  protected Receiver create(TestContext context, RecordingOutputs outputs) {
    return new OtlpReceiver(
        context, OtlpReceiverConfig.of(OtlpReceiverConfig.Grpc.at(endpoint), null), outputs);
  }

  @Override
  protected Collection<String> send(List<String> ids) throws Exception {
    try (GrpcClient client = GrpcClient.plaintext(endpoint.port())) {
      client.call(OtlpService.LOGS.grpcMethod(), TestTelemetry.logs(ids).toBytes()).get();
      return List.of();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusException failure
          && failure.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        return ids;
      }
      throw e;
    }
  }

  @Override
  protected boolean replayable() {
    return false;
  }
}
