package io.millrace.toolkit.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceProto;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceProto;
import io.opentelemetry.proto.collector.profiles.v1development.ProfilesServiceProto;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceProto;
import org.junit.jupiter.api.Test;

class OtlpServiceTest {

  @Test
  void isCalledAsTheProtocolSays() {
    assertThat(OtlpService.LOGS.grpcMethod()).isEqualTo(method(LogsServiceProto.getDescriptor()));
    assertThat(OtlpService.METRICS.grpcMethod())
        .isEqualTo(method(MetricsServiceProto.getDescriptor()));
    assertThat(OtlpService.TRACES.grpcMethod())
        .isEqualTo(method(TraceServiceProto.getDescriptor()));
    assertThat(OtlpService.PROFILES.grpcMethod())
        .isEqualTo(method(ProfilesServiceProto.getDescriptor()));
  }

  private static String method(FileDescriptor file) {
    MethodDescriptor method = file.getServices().getFirst().getMethods().getFirst();
    return method.getService().getFullName() + "/" + method.getName();
  }
}
