package io.millrace.toolkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.Secret;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.tls.RecordedProblems;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrpcConfigTest {

  @Test
  void findsNothingWrongWithItsDefaults() {
    assertThat(RecordedProblems.of(GrpcClientConfig.standard())).isEmpty();
    assertThat(RecordedProblems.of(GrpcServerConfig.standard())).isEmpty();
  }

  @Test
  void takesFourMebibytesUnlessToldOtherwise() {
    assertThat(GrpcServerConfig.standard().maxMessageBytes()).isEqualTo(4 << 20);
    assertThat(GrpcServerConfig.standard().withMaxRecvMsgSizeMib(16).maxMessageBytes())
        .isEqualTo(16 << 20);
  }

  @Test
  void refusesCompressionsThatItLacks() {
    assertThat(RecordedProblems.of(GrpcClientConfig.standard().withCompression(Compression.SNAPPY)))
        .containsExactly("compression: \"snappy\" is not supported (expected: gzip, zstd or none)");
  }

  @Test
  void refusesHeadersThatGrpcReserves() {
    assertThat(
            RecordedProblems.of(
                GrpcClientConfig.standard().withHeaders(Map.of("grpc-timeout", new Secret("1S")))))
        .containsExactly(
            "headers::grpc-timeout: no name of gRPC metadata (expected: letters, digits, -, _ and"
                + " ., not beginning with grpc-)");
    assertThat(
            RecordedProblems.of(
                GrpcClientConfig.standard().withHeaders(Map.of("x-bin", new Secret("1")))))
        .containsExactly(
            "headers::x-bin: binary metadata are not supported (expected: no -bin at the end)");
    assertThat(
            RecordedProblems.of(
                GrpcClientConfig.standard()
                    .withHeaders(Map.of("Authorization", new Secret("Bearer x")))))
        .isEmpty();
  }
}
