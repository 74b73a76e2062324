package io.millrace.benchmarks.fault.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BooksTest {
  private final Obligations obligations = new Obligations();
  private final Sightings sightings = new Sightings();

  @BeforeEach
  void oweFourAndOfferSix() {
    obligations.offer("a", 0, 6);
    obligations.owe("a", 0, 4);
  }

  @Test
  void balanceWhenWhatIsOwedIsThereOnceAndWhatWasOnlyOfferedPerhaps() {
    see(0, 1, 2, 3, 5);

    Books books = books();

    assertThat(books).isEqualTo(new Books("there", 4, 0, 0, 0, 0, java.util.List.of()));
    assertThat(Books.isSettled(obligations, sightings)).isTrue();
  }

  @Test
  void findWhatIsLost() {
    see(0, 3, 4, 5);

    assertThat(books().lost()).isEqualTo(2);
    assertThat(books().problems()).containsExactly("there: lost 2 of a: [1, 3)");
    assertThat(Books.isSettled(obligations, sightings)).isFalse();
  }

  @Test
  void findWhatIsThereTwice() {
    see(0, 1, 2, 3, 1);

    assertThat(books().twice()).isEqualTo(1);
    assertThat(books().problems()).containsExactly("there: twice: a-1 (again: at 4)");
  }

  @Test
  void excuseWhatTheContractAllowsTwice() {
    see(0, 1, 2, 3, 1, 2);

    Books books = Books.of("there", obligations, sightings, repeat -> repeat.number() == 2);

    assertThat(books.twice()).isEqualTo(1);
    assertThat(books.excused()).isEqualTo(1);
  }

  @Test
  void findWhatIsAltered() {
    see(0, 1, 2, 3);
    sightings.add(ElasticsearchBooks.altered(piece(4)), "at last");

    assertThat(books().altered()).isEqualTo(1);
    assertThat(books().problems()).singleElement().asString().startsWith("there: altered: at last");
  }

  @Test
  void findWhatNobodySent() {
    see(0, 1, 2, 3, 6);

    assertThat(books().altered()).isEqualTo(1);
    assertThat(books().problems()).containsExactly("there: nobody sent a-6 and the like");
  }

  private Books books() {
    return Books.of("there", obligations, sightings, repeat -> false);
  }

  private void see(int... numbers) {
    for (int i = 0; i < numbers.length; i++) {
      sightings.add(piece(numbers[i]), "at " + i);
    }
  }

  private static String piece(int number) {
    return new Piece("a", number, "payload").text();
  }
}
