package io.millrace.api.component;

/** Makes receivers. One instance serves every pipeline and signal that names the same id. */
public interface ReceiverFactory<C extends Record> extends ComponentFactory<C> {

  /**
   * Makes a receiver.
   *
   * @param outputs where parcels go, per signal; only signals some pipeline asks for are present
   */
  Receiver create(ComponentContext context, C config, Outputs outputs);
}
