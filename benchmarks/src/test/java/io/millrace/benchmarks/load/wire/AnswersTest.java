package io.millrace.benchmarks.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import org.junit.jupiter.api.Test;

class AnswersTest {
  @Test
  void aPartialSuccessThatRejectsNothingIsWhole() {
    assertThat(Answers.isWhole(new byte[0], 0, 0)).isTrue();
    assertThat(isWhole(ExportLogsPartialSuccess.getDefaultInstance())).isTrue();
    assertThat(isWhole(partial(0, "slow down"))).isTrue();
  }

  @Test
  void rejectedRecordsAndNoiseAreNot() {
    assertThat(isWhole(partial(1, ""))).isFalse();
    assertThat(Answers.isWhole(new byte[] {0x0a, 5}, 0, 2)).isFalse();
  }

  private static boolean isWhole(ExportLogsPartialSuccess partial) {
    byte[] bytes =
        ExportLogsServiceResponse.newBuilder().setPartialSuccess(partial).build().toByteArray();
    return Answers.isWhole(bytes, 0, bytes.length);
  }

  private static ExportLogsPartialSuccess partial(long rejected, String message) {
    return ExportLogsPartialSuccess.newBuilder()
        .setRejectedLogRecords(rejected)
        .setErrorMessage(message)
        .build();
  }
}
