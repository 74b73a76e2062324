package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.receiver.kafka.Window.Entry;
import io.millrace.receiver.kafka.Window.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class WindowTest {
  private final Window window = new Window();

  @Test
  void handsRecordsOutInOrder() throws Exception {
    window.add(records(5, 6, 9));

    assertThat(take().record().offset()).isEqualTo(5);
    assertThat(take().record().offset()).isEqualTo(6);
    assertThat(take().record().offset()).isEqualTo(9);
  }

  @Test
  void commitsOnlyWhatIsDeliveredWithoutAGap() throws Exception {
    window.add(records(5, 6, 9, 10));
    Entry five = take();
    Entry six = take();
    Entry nine = take();

    assertThat(window.committable()).isEqualTo(-1);
    delivered(nine);
    delivered(six);
    assertThat(window.committable()).isEqualTo(-1);
    delivered(five);
    assertThat(window.committable()).isEqualTo(10);
    delivered(take());
    assertThat(window.committable()).isEqualTo(11);
    assertThat(window.size()).isZero();
    assertThat(window.heldBytes()).isZero();
  }

  @Test
  void handsARefusedRecordOutAgainBeforeLaterOnes() throws Exception {
    window.add(records(1, 2, 3));
    Entry one = take();
    Entry two = take();
    window.end(two, State.REFUSED, "full", 0);
    delivered(one);

    Entry again = take();

    assertThat(again.record().offset()).isEqualTo(2);
    assertThat(again.attempts()).isEqualTo(2);
    assertThat(window.committable()).isEqualTo(2);
    delivered(again);
    assertThat(take().record().offset()).isEqualTo(3);
    assertThat(window.committable()).isEqualTo(3);
  }

  @Test
  void handsARejectedRecordOutToBePutAside() throws Exception {
    window.add(records(1));
    window.end(take(), State.REJECTED, "never", 0);

    Entry again = take();

    assertThat(again.rejected()).isTrue();
    assertThat(again.reason()).isEqualTo("never");
    delivered(again);
    assertThat(window.committable()).isEqualTo(2);
  }

  @Test
  void commitsNothingBehindARecordThatWasUnderWayWhenTheAgentStopped() throws Exception {
    window.add(records(1, 2));
    Entry one = take();
    Entry two = take();
    window.end(one, State.STOPPED, "", 0);
    delivered(two);

    assertThat(window.committable()).isEqualTo(-1);
    assertThat(window.awaitQuiet(0)).isTrue();
  }

  @Test
  void isQuietOnceNothingIsUnderWay() throws Exception {
    window.add(records(1));
    Entry one = take();

    assertThat(window.awaitQuiet(0)).isFalse();
    delivered(one);
    assertThat(window.awaitQuiet(0)).isTrue();
  }

  @Test
  void handsOutNothingOnceClosed() throws Exception {
    window.add(records(1));
    window.close();

    assertThat(window.take()).isNull();
  }

  @Test
  void countsTheBytesOfWhatItHolds() throws Exception {
    window.add(records(1, 2));
    long both = window.heldBytes();

    delivered(take());

    assertThat(window.heldBytes()).isEqualTo(both / 2);
  }

  @Test
  void countsTheAgeFromTheFirstTimeThatARecordWasHandedOut() throws Exception {
    window.add(records(1, 2));
    assertThat(window.oldestNanos()).isEmpty();
    Entry one = take();
    long age = window.oldestNanos().orElseThrow();
    window.end(one, State.REFUSED, "full", 0);
    one = take();
    assertThat(window.oldestNanos()).hasValue(age);
    delivered(one);
    assertThat(window.oldestNanos()).isEmpty();
    delivered(take());
    assertThat(window.oldestNanos()).isEmpty();
  }

  @Test
  void deliversEachRecordOnceAndCommitsAllWhateverHappens() throws Exception {
    Random random = new Random(11);
    List<Long> delivered = new ArrayList<>();
    List<Entry> underWay = new ArrayList<>();
    long offset = 0;
    long lastCommit = -1;
    while (delivered.size() < 500) {
      if (offset < 500 && random.nextInt(3) == 0) {
        window.add(records(offset++));
      }
      if (offset > delivered.size() + underWay.size() && random.nextBoolean()) {
        underWay.add(take());
      }
      if (!underWay.isEmpty() && random.nextBoolean()) {
        Entry entry = underWay.remove(random.nextInt(underWay.size()));
        if (random.nextInt(3) == 0) {
          window.end(entry, State.REFUSED, "", 0);
        } else {
          delivered.add(entry.record().offset());
          delivered(entry);
        }
      }
      long commit = window.committable();
      assertThat(commit).isGreaterThanOrEqualTo(lastCommit);
      for (long o = Math.max(0, lastCommit); o < commit; o++) {
        assertThat(delivered).contains(o);
      }
      lastCommit = commit;
    }
    assertThat(delivered).doesNotHaveDuplicates();
    assertThat(window.committable()).isEqualTo(500);
  }

  private Entry take() throws InterruptedException {
    return Objects.requireNonNull(window.take());
  }

  private void delivered(Entry entry) {
    window.end(entry, State.DELIVERED, "", 0);
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(long... offsets) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long offset : offsets) {
      records.add(new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[100]));
    }
    return records;
  }
}
