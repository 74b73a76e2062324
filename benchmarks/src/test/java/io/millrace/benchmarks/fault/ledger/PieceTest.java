package io.millrace.benchmarks.fault.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PieceTest {
  private final Piece first = new Piece("f0", 17, "2026-11-21T08:00:00.123Z änderung 𝄞");
  private final Piece second = new Piece("f0", 18, "tail");

  @Test
  void readsWhatItWroteWhereverTheLinesAndTabsAre() {
    assertThat(Piece.parse(first.text() + "\n\t" + second.text() + " ").orElseThrow())
        .containsExactly(first, second);
  }

  @Test
  void refusesAnotherLetterAnywhere() {
    String text = first.text();
    for (int i = 0; i < text.length(); i++) {
      String other = text.substring(0, i) + 'x' + text.substring(i + 1);
      assertThat(Piece.parse(other)).as(other).isEmpty();
    }
  }

  @Test
  void refusesWhatIsCutOrHasSomethingBeside() {
    String text = first.text();
    assertThat(Piece.parse(text.substring(1))).isEmpty();
    assertThat(Piece.parse(text.substring(0, text.length() - 1))).isEmpty();
    assertThat(Piece.parse(text + " x")).isEmpty();
    assertThat(Piece.parse("x " + text)).isEmpty();
    assertThat(Piece.parse(" ")).isEmpty();
  }
}
