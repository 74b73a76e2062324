package io.millrace.core.delivery;

/**
 * How far a load is divided to find the items because of which a destination rejects it. Halving
 * finds one bad item among n with about 2 log n attempts; where nothing but bad ones comes to
 * light, or too many, it ends, and what is rejected is put aside as it is. One thread at a time.
 */
final class Division {
  private static final int MOST = 256;

  private final int fruitless;
  private int divided;
  private int sinceAccepted;

  /** For a load of so many items. */
  Division(int items) {
    fruitless = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(items)) + 2;
  }

  /** Whether a rejected part of so many items is to be divided; it counts as divided then. */
  boolean divide(int items) {
    if (items <= 1 || divided == MOST || sinceAccepted == fruitless) {
      return false;
    }
    divided++;
    sinceAccepted++;
    return true;
  }

  /** The destination accepted something. */
  void accepted() {
    sinceAccepted = 0;
  }
}
