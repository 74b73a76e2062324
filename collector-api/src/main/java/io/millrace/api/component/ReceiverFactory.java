package io.millrace.api.component;

/** Makes receivers. One instance serves every pipeline and signal that names the same id. */
public interface ReceiverFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Makes a receiver.
   *
   * @param outputs where parcels go, per signal; only signals some pipeline asks for are present
   */
  Receiver create(ComponentContext context, C config, Outputs outputs);

  /**
   * When the receiver tells its senders that telemetry has arrived. With {@link Acknowledge#LOGGED}
   * the runtime puts a log behind its outputs; parcels whose Delivery is replayable pass it by.
   */
  default Acknowledge acknowledge(C config) {
    return Acknowledge.DELIVERED;
  }
}
