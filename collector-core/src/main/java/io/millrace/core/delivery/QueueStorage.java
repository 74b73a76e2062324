package io.millrace.core.delivery;

/** What configuration must know about {@code sending_queue.storage}. */
public final class QueueStorage {

  /** The message for an exporter that sets {@code sending_queue.storage}. */
  public static final String NOT_SUPPORTED =
      "not supported yet: the segment log has its own issue; batches wait in memory with their"
          + " Deliveries, so that sources keep what is not delivered";

  private QueueStorage() {}
}
