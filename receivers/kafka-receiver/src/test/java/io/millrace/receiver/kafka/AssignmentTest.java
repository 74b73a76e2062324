package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AssignmentTest {
  @Test
  void holdsAnEighthOfASmallHeap() {
    assertThat(Assignment.maxHeldBytes(32L << 20)).isEqualTo(4L << 20);
    assertThat(Assignment.maxHeldBytes(1L << 20)).isEqualTo(1L << 20);
    assertThat(Assignment.maxHeldBytes(4L << 30)).isEqualTo(24L << 20);
  }
}
