package io.millrace.exporter.kafka;

import io.millrace.api.telemetry.Batch;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The part of a batch that goes to one destination. Immutable.
 *
 * @param destination where it goes
 * @param part the telemetry
 * @param items the part's items in the batch that was to be exported
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Shipment(Destination destination, Batch part, int[] items) {

  /** All of a batch. */
  static Shipment whole(Destination destination, Batch batch) {
    int[] items = new int[batch.itemCount()];
    for (int i = 0; i < items.length; i++) {
      items[i] = i;
    }
    return new Shipment(destination, batch, items);
  }

  /** Some items of a batch. */
  static Shipment of(Destination destination, Batch batch, BitSet items) {
    return new Shipment(destination, batch.select(items), items.stream().toArray());
  }

  /** A stretch of this one. */
  Shipment slice(int from, int to) {
    return new Shipment(destination, part.slice(from, to), Arrays.copyOfRange(items, from, to));
  }
}
