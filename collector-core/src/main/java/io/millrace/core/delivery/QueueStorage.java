package io.millrace.core.delivery;

/** What configuration must know about {@code sending_queue.storage}. */
public final class QueueStorage {

  /** The message for an exporter that sets {@code sending_queue.storage}. */
  public static final String NOT_SUPPORTED =
      "a queue in a storage is not supported yet (expected: absent; batches wait in memory with"
          + " their Deliveries, so that sources keep what is not delivered)";

  private QueueStorage() {}
}
