package io.millrace.api.component;

/**
 * Brings telemetry into the agent: makes parcels and hands them to its {@link Outputs}.
 *
 * <p>A receiver gives every item its origin and moves its position (file offset, Kafka offset,
 * answer to the client) only when the Delivery of the parcel has ended. It is started last and
 * stopped first; when {@link #stop} returns it hands over nothing more.
 */
public interface Receiver extends Component {}
