package io.millrace.core.state;

import java.nio.charset.StandardCharsets;

/**
 * Where a dead letter is on its way. Written over in place, hence words of one length: whatever a
 * crash leaves, the line is whole and can be read.
 */
public enum LetterState {
  /** Nobody has asked for it. */
  DEAD("dead"),

  /** Somebody asked to replay it, and it has not arrived yet. */
  BACK("back"),

  /** It has arrived, or was dropped; the line goes when its file is next tidied. */
  DONE("done");

  private final String word;

  LetterState(String word) {
    this.word = word;
  }

  /** The word in the line: four ASCII letters. */
  String word() {
    return word;
  }

  byte[] bytes() {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  /** The state of a word; one that is not known is the mix of two, which a power failure left. */
  static LetterState of(String word) {
    for (LetterState state : values()) {
      if (state.word.equals(word)) {
        return state;
      }
    }
    return BACK;
  }
}
