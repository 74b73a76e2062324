package io.millrace.core.state;

import java.io.IOException;

/**
 * The letters of one file that are on their way back. One thread at a time. While it is open, the
 * file's lines stay where they are.
 */
public final class ReturningLetters implements AutoCloseable {
  private final DeadLetterStore store;
  private final LetterFile file;
  private boolean closed;

  ReturningLetters(DeadLetterStore store, LetterFile file) {
    this.store = store;
    this.file = file;
  }

  /** Visits the letters that are on their way, in the order in which they were put aside. */
  public <X extends Exception> void read(LetterScan.Visitor<X> visitor) throws IOException, X {
    LetterScan.<X>read(
        file.path(),
        (letter, content) -> {
          if (letter.state() == LetterState.BACK) {
            visitor.visit(letter, content);
          }
        });
  }

  /** Notes that a letter has arrived. */
  public void done(StoredLetter letter) throws IOException {
    store.mark(file, letter, LetterState.DONE);
  }

  /** Notes that a letter cannot be handed on, and stays. */
  public void dead(StoredLetter letter) throws IOException {
    store.mark(file, letter, LetterState.DEAD);
  }

  /** Takes the letters that are done out of the file. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      store.release(file);
    }
  }
}
