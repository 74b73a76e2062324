package io.millrace.benchmarks.load.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoresTest {
  @Test
  void readsListsAsTheSystemWritesThem() {
    assertThat(Cores.parse("0-3,8")).isEqualTo(List.of(0, 1, 2, 3, 8));
    assertThat(Cores.parse("5")).isEqualTo(List.of(5));
  }

  @Test
  void keepsAgentAndHarnessApart() {
    Cores cores = new Cores(List.of(2, 4, 7), true);

    assertThat(cores.forAgent()).containsExactly("taskset", "-c", "7");
    assertThat(cores.ofHarness()).isEqualTo(2);
    assertThat(cores.describe()).isEqualTo("agent on core 7, harness on 2,4");
  }

  @Test
  void saysWhenItCannot() {
    Cores cores = new Cores(List.of(0), false);

    assertThat(cores.forAgent()).isEmpty();
    assertThat(cores.describe()).contains("NOT PINNED");
  }
}
