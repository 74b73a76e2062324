package io.millrace.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionClockTest {

  private static final TopicPartition PARTITION = new TopicPartition("otlp_logs", 3);
  private static final long DISORDER = 5_000;
  private static final long QUIET = 30_000;

  private final PartitionClock clock = clock(new KafkaPartitionSplit(PARTITION, 0));

  @Test
  void judgesARecordByTheRecordsBeforeIt() {
    assertThat(clock.observe(10, 100_000)).isEqualTo(PartitionClock.NONE);
    assertThat(clock.observe(11, 200_000)).isEqualTo(94_999);
    assertThat(clock.observe(12, 150_000)).isEqualTo(194_999);
    assertThat(clock.observe(13, 150_000)).isEqualTo(194_999);
    assertThat(clock.watermark()).isEqualTo(194_999);
  }

  @Test
  void judgesAllPartsOfARecordAlike() {
    clock.observe(10, 100_000);
    assertThat(clock.observe(11, 200_000)).isEqualTo(94_999);
    assertThat(clock.observe(11, 200_000)).isEqualTo(94_999);
  }

  @Test
  void judgesAlikeAfterARestart() {
    clock.observe(10, 100_000);
    clock.observe(11, 200_000);
    PartitionClock restarted =
        clock(
            ClockedSplit.of(new KafkaPartitionSplit(PARTITION, 12), clock.newest(), clock.floor()));

    assertThat(restarted.watermark()).isEqualTo(clock.watermark());
    assertThat(restarted.observe(12, 0)).isEqualTo(clock.observe(12, 0)).isEqualTo(194_999);
  }

  @Test
  void runsOnWithTheWallClockAfterTheQuietTime() {
    clock.observe(10, 100_000);
    clock.confirm(11, 29_999);
    assertThat(clock.watermark()).isEqualTo(94_999);
    clock.confirm(11, 1);
    assertThat(clock.watermark()).isEqualTo(124_999);
    clock.confirm(11, 60_000);
    assertThat(clock.watermark()).isEqualTo(184_999);
  }

  @Test
  void keepsWhatQuietTimesGained() {
    clock.observe(10, 100_000);
    clock.confirm(11, 40_000);
    assertThat(clock.observe(11, 110_000)).isEqualTo(134_999);
    assertThat(clock.watermark()).isEqualTo(134_999);
    PartitionClock restarted =
        clock(
            ClockedSplit.of(new KafkaPartitionSplit(PARTITION, 12), clock.newest(), clock.floor()));
    assertThat(restarted.watermark()).isEqualTo(134_999);
  }

  @Test
  void isNotQuietWhileThereIsSomethingToRead() {
    clock.observe(10, 100_000);
    clock.confirm(12, 60_000);
    clock.confirm(13, 60_000);
    assertThat(clock.watermark()).isEqualTo(94_999);
  }

  @Test
  void isQuietInTheEndWhenTheLogEndsInWhatIsNeverDelivered() {
    clock.observe(10, 100_000);
    for (int i = 0; i < 6; i++) {
      clock.confirm(12, QUIET);
    }
    assertThat(clock.watermark()).isGreaterThan(94_999);
  }

  @Test
  void startsItsSilenceAnewWithEveryRecord() {
    clock.observe(10, 100_000);
    clock.confirm(11, 29_000);
    clock.observe(11, 100_000);
    clock.confirm(12, 29_000);
    assertThat(clock.watermark()).isEqualTo(94_999);
  }

  @Test
  void isIdleWhenItNeverHeldAnEventAndIsQuiet() {
    PartitionClock empty = clock(new KafkaPartitionSplit(PARTITION, -2));
    assertThat(empty.isIdle()).isFalse();
    empty.confirm(0, QUIET);
    assertThat(empty.isIdle()).isTrue();
    assertThat(empty.watermark()).isEqualTo(PartitionClock.NONE);
    empty.observe(0, 100_000);
    assertThat(empty.isIdle()).isFalse();
  }

  @Test
  void isNeverQuietWithoutAQuietTime() {
    PartitionClock never = new PartitionClock(new KafkaPartitionSplit(PARTITION, 0), DISORDER, 0);
    never.observe(10, 100_000);
    never.confirm(11, 1_000_000);
    assertThat(never.watermark()).isEqualTo(94_999);
  }

  @Test
  void isCheckpointedWithThePosition() throws Exception {
    ClockedSplitSerializer serializer = new ClockedSplitSerializer();
    ClockedSplit split =
        ClockedSplit.of(new KafkaPartitionSplit(PARTITION, 12, 99), 200_000, 134_999);
    assertThat(serializer.deserialize(1, serializer.serialize(split))).isEqualTo(split);
    KafkaPartitionSplit plain = new KafkaPartitionSplit(PARTITION, -2);
    assertThat(serializer.deserialize(1, serializer.serialize(plain)))
        .isEqualTo(ClockedSplit.of(plain, Long.MIN_VALUE, Long.MIN_VALUE));
  }

  private static PartitionClock clock(KafkaPartitionSplit split) {
    return new PartitionClock(split, DISORDER, QUIET);
  }
}
