package io.millrace.exporter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.Partial;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.exporter.kafka.Failure.Kind;
import io.millrace.testkit.TestTelemetry;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AttemptTest {
  private static final Failure DOWN = new Failure(Kind.RETRY, "broker down", "NETWORK_EXCEPTION");
  private static final Failure LARGE =
      new Failure(Kind.TOO_LARGE, "too large", "MESSAGE_TOO_LARGE");

  private final Attempt attempt = new Attempt(TestTelemetry.logs(TestTelemetry.ids("x", 5)));

  @Test
  void isOverOnceEveryRecordHasEndedAndNoneIsToCome() throws Exception {
    Attempt.Sent one = attempt.add(new int[] {0, 1}, 10);
    one.end(null);
    assertThat(attempt.await(Duration.ZERO)).isFalse();
    Attempt.Sent two = attempt.add(new int[] {2, 3, 4}, 10);
    attempt.finish("");
    assertThat(attempt.await(Duration.ZERO)).isFalse();

    two.end(null);

    assertThat(attempt.await(Duration.ZERO)).isTrue();
    assertThat(attempt.outcome()).isEqualTo(ExportOutcome.ACCEPTED);
  }

  @Test
  void takesTheFirstWordAboutARecord() throws Exception {
    Attempt.Sent one = attempt.add(new int[] {0, 1, 2, 3, 4}, 10);
    attempt.finish("");
    one.end(null);
    one.end(DOWN);

    assertThat(attempt.await(Duration.ZERO)).isTrue();
    assertThat(attempt.outcome()).isEqualTo(ExportOutcome.ACCEPTED);
  }

  @Test
  void sendsOnlyTheItemsOfFailedRecordsAgain() {
    attempt.add(new int[] {0, 3}, 10).end(null);
    attempt.add(new int[] {1, 4}, 10).end(DOWN);
    attempt.finish("not sent");

    assertThat(attempt.outcome())
        .isInstanceOfSatisfying(
            Partial.class,
            partial -> {
              assertThat(partial.retry().stream()).containsExactly(1, 2, 4);
              assertThat(partial.retryReason()).isEqualTo("broker down");
              assertThat(partial.retryCodes())
                  .isEqualTo(Map.of("NETWORK_EXCEPTION", BitSet.valueOf(new long[] {0b10010})));
              assertThat(partial.rejected()).isEmpty();
            });
  }

  @Test
  void sendsTheBatchAgainWhereNothingArrived() {
    attempt.add(new int[] {0, 1}, 10).end(DOWN);
    attempt.finish("broker down");

    assertThat(attempt.outcome())
        .isEqualTo(new ExportOutcome.Retry("broker down", null, "NETWORK_EXCEPTION"));
  }

  @Test
  void rejectsSingleItemsThatAreTooLargeAndSplitsTheRest() {
    attempt.add(new int[] {0}, 10).end(LARGE);
    attempt.add(new int[] {1, 2}, 10).end(LARGE);
    attempt.add(new int[] {3, 4}, 10).end(null);
    attempt.finish("");

    assertThat(attempt.outcome())
        .isInstanceOfSatisfying(
            Partial.class,
            partial -> {
              assertThat(partial.rejected())
                  .containsExactly(new RejectedItem(0, "too large", "MESSAGE_TOO_LARGE"));
              assertThat(partial.retry().stream()).containsExactly(1, 2);
            });
  }

  @Test
  void saysThatTheWholeBatchIsTooLarge() {
    attempt.add(new int[] {0, 1, 2, 3, 4}, 10).end(LARGE);
    attempt.finish("");

    assertThat(attempt.outcome()).isEqualTo(new ExportOutcome.TooLarge("too large"));
  }
}
