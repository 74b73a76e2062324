package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Logs;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger ledger = new Ledger(10, 1, Fingerprint.EMPTY);

  @Test
  void movesOnlyOverWhatHasArrivedWithoutAGap() {
    Sent first = send(20);
    Sent second = send(30);
    Sent third = send(40);
    ledger.ended(second, true);
    assertThat(ledger.position()).isEqualTo(10);
    ledger.ended(first, true);
    assertThat(ledger.position()).isEqualTo(30);
    assertThat(ledger.recordNumber()).isEqualTo(30);
    assertThat(ledger.unacknowledgedBytes()).isEqualTo(10);
    ledger.ended(third, true);
    assertThat(ledger.position()).isEqualTo(40);
    assertThat(ledger.settled()).isTrue();
  }

  @Test
  void sendsAgainInOrderOnceNothingIsUnderWay() {
    Sent first = send(20);
    Sent second = send(30);
    Sent third = send(40);
    ledger.ended(third, false);
    ledger.ended(first, false);
    assertThat(ledger.hasFailed()).isTrue();
    assertThat(ledger.takeFailed()).isEmpty();
    ledger.ended(second, true);
    assertThat(ledger.takeFailed()).containsExactly(first, third);
    assertThat(ledger.hasFailed()).isFalse();
    assertThat(ledger.underWay()).isEqualTo(2);
    ledger.ended(first, true);
    assertThat(ledger.position()).isEqualTo(30);
  }

  @Test
  void countsTheMemoryOfWhatItKeeps() {
    Sent first = send(20);
    assertThat(ledger.ended(first, false)).isZero();
    ledger.takeFailed();
    assertThat(ledger.ended(first, true)).isEqualTo(first.bytesHeld);
  }

  @Test
  void countsTheAgeFromTheFirstTimeThatABatchWasHandedOver() {
    assertThat(ledger.oldestNanos()).isEmpty();
    Sent first = send(20);
    Sent second = send(30);
    assertThat(ledger.oldestNanos()).hasValue(2_000);
    ledger.ended(second, true);
    ledger.ended(first, false);
    ledger.takeFailed();
    assertThat(ledger.oldestNanos()).hasValue(2_000);
    send(40);
    ledger.ended(first, true);
    assertThat(ledger.oldestNanos()).hasValue(4_000);
  }

  private Sent send(long end) {
    Logs batch = Logs.builder().build();
    Sent sent = new Sent(batch, end, end, Fingerprint.EMPTY, end * 100);
    ledger.add(sent);
    return sent;
  }
}
