package io.millrace.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.millrace.api.component.ExportOutcome;
import io.millrace.toolkit.otlp.RpcStatus;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcOutcomesTest {

  @ParameterizedTest
  @EnumSource(
      names = {
        "CANCELLED",
        "DEADLINE_EXCEEDED",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNAVAILABLE",
        "DATA_LOSS"
      })
  void triesAgainWhatTheSpecificationCallsRetryable(Status.Code code) {
    assertThat(GrpcOutcomes.of(code.toStatus().withDescription("why"), null))
        .isEqualTo(new ExportOutcome.Retry(code + ": why", null, code.name()));
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND", "UNIMPLEMENTED"})
  void triesAgainWhatSomebodyWillPutRight(Status.Code code) {
    assertThat(GrpcOutcomes.of(code.toStatus(), new Metadata()))
        .isEqualTo(new ExportOutcome.Retry(code.name(), null, code.name()));
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED_PRECONDITION", "RESOURCE_EXHAUSTED"})
  void triesNothingElseAgain(Status.Code code) {
    assertThat(GrpcOutcomes.of(code.toStatus().withDescription("why"), null))
        .isEqualTo(new ExportOutcome.Rejected(code + ": why", code.name(), false));
  }

  @ParameterizedTest
  @EnumSource(names = {"INVALID_ARGUMENT", "ALREADY_EXISTS", "INTERNAL", "UNKNOWN"})
  void looksForTheItemBehindWhatOneItemCanCause(Status.Code code) {
    assertThat(GrpcOutcomes.of(code.toStatus().withDescription("why"), null))
        .isEqualTo(new ExportOutcome.Rejected(code + ": why", code.name(), true));
  }

  @Test
  void knowsItsCodes() {
    assertThat(GrpcOutcomes.codes())
        .hasSize(16)
        .contains("UNAUTHENTICATED", "INVALID_ARGUMENT")
        .doesNotContain("OK");
  }

  @Test
  void triesExhaustionAgainWhenTheServerSaysWhen() {
    assertThat(
            GrpcOutcomes.of(
                Status.RESOURCE_EXHAUSTED, details(new RpcStatus(8, "", Duration.ofSeconds(3)))))
        .isEqualTo(
            new ExportOutcome.Retry(
                "RESOURCE_EXHAUSTED", Duration.ofSeconds(3), "RESOURCE_EXHAUSTED"));
  }

  @Test
  void honoursTheServersWish() {
    assertThat(
            GrpcOutcomes.of(
                Status.UNAVAILABLE, details(new RpcStatus(14, "", Duration.ofMillis(20)))))
        .isEqualTo(new ExportOutcome.Retry("UNAVAILABLE", Duration.ofMillis(20), "UNAVAILABLE"));
  }

  @Test
  void ignoresDetailsThatAreDamaged() {
    Metadata damaged = new Metadata();
    damaged.put(GrpcOutcomes.STATUS_DETAILS, new byte[] {(byte) 0xff});

    assertThat(GrpcOutcomes.of(Status.UNAVAILABLE, damaged))
        .isEqualTo(new ExportOutcome.Retry("UNAVAILABLE", null, "UNAVAILABLE"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc: received message larger than max (5000000 vs. 4194304)",
        "grpc: received message after decompression larger than max 4194304",
        "gRPC message exceeds maximum size 4194304: 5000000",
        "Decompressed gRPC message exceeds maximum size 4194304",
        "Received message larger than max (5000000 vs. 4194304)"
      })
  void seesThatAMessageIsTooLarge(String description) {
    assertThat(GrpcOutcomes.of(Status.RESOURCE_EXHAUSTED.withDescription(description), null))
        .isEqualTo(new ExportOutcome.TooLarge("RESOURCE_EXHAUSTED: " + description));
  }

  @Test
  void seesThatAMessageIsTooLargeForTonic() {
    String description =
        "Error, decoded message length too large: found 5000000 bytes, the limit is: 4194304 bytes";

    assertThat(GrpcOutcomes.of(Status.OUT_OF_RANGE.withDescription(description), null))
        .isInstanceOf(ExportOutcome.TooLarge.class);
  }

  @Test
  void doesNotTakeABrokenConnectionForTheServersJudgement() {
    assertThat(
            GrpcOutcomes.of(
                Status.INTERNAL.withDescription(
                    "RST_STREAM closed stream. HTTP/2 error code: INTERNAL_ERROR"),
                null))
        .isInstanceOf(ExportOutcome.Retry.class);
    assertThat(GrpcOutcomes.of(Status.UNKNOWN.withCause(new IOException("Connection reset")), null))
        .isEqualTo(new ExportOutcome.Retry("UNKNOWN: Connection reset", null, "UNKNOWN"));
  }

  private static Metadata details(RpcStatus status) {
    Metadata trailers = new Metadata();
    trailers.put(GrpcOutcomes.STATUS_DETAILS, status.toProtobuf());
    return trailers;
  }
}
