package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CongestionTest {
  private final Congestion congestion = new Congestion(0);

  @Test
  void allowsAsManyAsThereAreThreads() {
    congestion.widen(4);
    congestion.widen(2);
    begin(5);
    assertThat(congestion.hasRoom()).isTrue();
    begin(1);
    assertThat(congestion.hasRoom()).isFalse();
    congestion.end();
    assertThat(congestion.hasRoom()).isTrue();
    assertThat(congestion.limit()).isEqualTo(6);
  }

  @Test
  void halvesOnceForAllThatMetTheSameOverload() {
    congestion.widen(16);
    begin(16);
    for (int i = 0; i < 16; i++) {
      congestion.endOverloaded(5, 10);
    }
    assertThat(congestion.limit()).isEqualTo(8);
    begin(8);
    congestion.endOverloaded(11, 20);
    assertThat(congestion.limit()).isEqualTo(4);
  }

  @Test
  void countsFromWhatIsUnderWay() {
    congestion.widen(1000);
    begin(10);
    congestion.endOverloaded(1, 2);
    assertThat(congestion.limit()).isEqualTo(5);
  }

  @Test
  void neverGoesBelowOne() {
    congestion.widen(3);
    for (int i = 0; i < 10; i++) {
      begin(1);
      congestion.endOverloaded(10L * i, 10L * i + 1);
    }
    assertThat(congestion.limit()).isEqualTo(1);
    assertThat(congestion.hasRoom()).isTrue();
  }

  @Test
  void growsByOneForEachRoundThatWentWell() {
    congestion.widen(4);
    begin(1);
    congestion.endOverloaded(1, 2);
    assertThat(congestion.limit()).isEqualTo(1);
    fullRound();
    assertThat(congestion.limit()).isEqualTo(2);
    fullRound();
    fullRound();
    fullRound();
    fullRound();
    assertThat(congestion.limit()).isEqualTo(4);
    fullRound();
    assertThat(congestion.limit()).isEqualTo(4);
  }

  @Test
  void doesNotGrowWhileLessIsTriedThanAllowed() {
    congestion.widen(8);
    begin(8);
    congestion.endOverloaded(1, 2);
    for (int i = 0; i < 7; i++) {
      congestion.end();
    }
    for (int i = 0; i < 100; i++) {
      begin(1);
      congestion.endWell();
    }
    assertThat(congestion.limit()).isEqualTo(4);
  }

  /** As many attempts as allowed, and then each followed by another until all went well once. */
  private void fullRound() {
    int limit = congestion.limit();
    begin(limit);
    for (int i = 0; i < limit; i++) {
      congestion.endWell();
      begin(1);
    }
    for (int i = 0; i < limit; i++) {
      congestion.end();
    }
  }

  private void begin(int attempts) {
    for (int i = 0; i < attempts; i++) {
      congestion.begin();
    }
  }
}
