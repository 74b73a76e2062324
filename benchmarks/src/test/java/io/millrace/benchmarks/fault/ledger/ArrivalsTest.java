package io.millrace.benchmarks.fault.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArrivalsTest {
  private final Obligations obligations = new Obligations();
  private final Arrivals arrivals = new Arrivals();

  @BeforeEach
  void oweTwo() {
    obligations.owe("c0", 0, 2);
  }

  @Test
  void excuseARepeatOnlyWhenSomethingHappenedInBetween() throws Exception {
    Excuses before = new Excuses();
    before.add(System.nanoTime(), System.nanoTime());
    arrive(0);
    Excuses between = new Excuses();
    between.add(System.nanoTime(), System.nanoTime());
    arrive(0);
    Excuses after = new Excuses();
    after.add(System.nanoTime(), System.nanoTime());

    Sightings.Repeat repeat = arrivals.sightings().repeats().getFirst();

    assertThat(arrivals.isExcused(repeat, before)).isFalse();
    assertThat(arrivals.isExcused(repeat, between)).isTrue();
    assertThat(arrivals.isExcused(repeat, after)).isFalse();
  }

  @Test
  void areAsTheyWereWhenNothingIsSpoiled() throws Exception {
    arrive(0);
    arrive(1);

    arrivals.spoil(EnumSet.noneOf(Spoil.class), obligations);

    assertThat(Books.of("", obligations, arrivals.sightings(), repeat -> false).problems())
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Spoil.class)
  void areWrongInOnePlaceWhenSpoiled(Spoil how) throws Exception {
    arrive(0);
    arrive(1);

    arrivals.spoil(EnumSet.of(how), obligations);

    Books books = Books.of("", obligations, arrivals.sightings(), repeat -> false);
    assertThat(books.lost()).isEqualTo(how == Spoil.LOST || how == Spoil.ALTERED ? 1 : 0);
    assertThat(books.twice()).isEqualTo(how == Spoil.DOUBLED ? 1 : 0);
    assertThat(books.altered()).isEqualTo(how == Spoil.ALTERED ? 1 : 0);
  }

  private void arrive(int number) throws Exception {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecordsBuilder()
        .getBodyBuilder()
        .setStringValue(new Piece("c0", number, "text").text());
    arrivals.add(request.build().toByteArray());
  }
}
