package io.millrace.benchmarks.load.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final int COUNT = 100;

  private final LogRecords records = LogRecords.of(COUNT);
  private final byte[] request = records.request();

  @Test
  void recordsAreAsLargeAsTheySay() {
    int[] found = {0};
    new RecordWalk(
            (start, from, to) -> {
              assertThat(to - start).isEqualTo(LogRecords.RECORD_BYTES);
              found[0]++;
            })
        .over(request, 0, request.length);

    assertThat(found[0]).isEqualTo(COUNT);
  }

  @Test
  void countsWhatArrives() {
    Tally tally = tally(false);
    tally.add(request, 0, request.length);

    assertThat(tally.records()).isEqualTo(COUNT);
    assertThat(tally.duplicated()).isZero();
    assertThat(tally.broken()).isZero();
    assertThat(tally.missing(0, COUNT)).isZero();
    assertThat(tally.missing(COUNT, 1)).isEqualTo(1);
  }

  @Test
  void findsWhatArrivesAgain() {
    Tally tally = tally(false);
    tally.add(request, 0, request.length);
    tally.add(request, 0, request.length);

    assertThat(tally.records()).isEqualTo(COUNT);
    assertThat(tally.duplicated()).isEqualTo(COUNT);
  }

  @Test
  void findsEveryChangeOfABit() {
    for (int bit = 0; bit < 8; bit++) {
      Tally tally = tally(false);
      tally.add(request, 0, request.length);
      byte[] changed = request.clone();
      changed[request.length - 20] ^= (byte) (1 << bit);
      tally.add(changed, 0, changed.length);

      assertThat(tally.broken()).isPositive();
    }
  }

  @Test
  void wantsTheAttributeRenamed() {
    Tally tally = tally(true);
    tally.add(request, 0, request.length);

    assertThat(tally.broken()).isEqualTo(COUNT);

    byte[] renamed = changed(TallyTest::renamed);
    tally.add(renamed, 0, renamed.length);

    assertThat(tally.records()).isEqualTo(COUNT);
    assertThat(tally.broken()).isEqualTo(COUNT);
  }

  @Test
  void takesAttributesInAnyOrder() {
    byte[] turned =
        changed(
            each ->
                each.toBuilder()
                    .clearAttributes()
                    .addAllAttributes(each.getAttributesList().reversed())
                    .build());
    Tally tally = tally(false);
    tally.add(turned, 0, turned.length);

    assertThat(tally.records()).isEqualTo(COUNT);
  }

  @Test
  void takesFieldsInDescendingOrder() {
    TimedReading reading = new TimedReading(new Expectation(records, false));
    for (int number : new int[] {3, 3, records.stride() + 3}) {
      byte[] bytes =
          Backwards.encode(
              records.at(3).toBuilder().setTimeUnixNano(LogRecords.EPOCH + number).build());
      assertThat(reading.number(bytes, 0, bytes.length)).isEqualTo(number);

      bytes[bytes.length / 2] ^= 1;
      assertThat(reading.number(bytes, 0, bytes.length)).isEqualTo(Reading.BROKEN);
    }
  }

  @Test
  void cutsRequestsBetweenRecords() {
    PreparedRequest prepared = PreparedRequest.of(records);
    int[] cuts = prepared.cuts(1_000);

    int begin = 0;
    for (int cut : cuts) {
      assertThat(cut - begin).isBetween(1, 1_000);
      begin = cut;
    }
    assertThat(begin).isEqualTo(request.length);
    for (int time : prepared.times()) {
      for (int cut : cuts) {
        assertThat(cut <= time || cut >= time + Long.BYTES).isTrue();
      }
    }
  }

  private Tally tally(boolean renamed) {
    return new Tally(new TimedReading(new Expectation(records, renamed)), Set.of());
  }

  private byte[] changed(UnaryOperator<LogRecord> change) {
    try {
      ExportLogsServiceRequest.Builder builder =
          ExportLogsServiceRequest.parseFrom(request).toBuilder();
      var scope = builder.getResourceLogsBuilder(0).getScopeLogsBuilder(0);
      for (int i = 0; i < COUNT; i++) {
        scope.setLogRecords(i, change.apply(scope.getLogRecords(i)));
      }
      return builder.build().toByteArray();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static LogRecord renamed(LogRecord logRecord) {
    LogRecord.Builder renamed = logRecord.toBuilder();
    for (int i = 0; i < renamed.getAttributesCount(); i++) {
      KeyValue attribute = renamed.getAttributes(i);
      if (attribute.getKey().equals(LogRecords.OLD_KEY)) {
        renamed.setAttributes(i, attribute.toBuilder().setKey(LogRecords.NEW_KEY));
      }
    }
    return renamed.build();
  }
}
