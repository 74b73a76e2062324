package io.millrace.api.component;

/** Makes exporters. One instance serves every pipeline and signal that names the same id. */
public interface ExporterFactory<C extends Record> extends ComponentFactory<C> {

  Exporter create(ComponentContext context, C config);

  /**
   * The defaults of the keys {@code timeout}, {@code retry_on_failure} and {@code sending_queue},
   * which the runtime reads for every exporter beside the exporter's own record.
   */
  default DeliverySettings deliveryDefaults() {
    return DeliverySettings.standard();
  }

  /** Whether batches that share an origin stream must be exported one after the other. */
  default boolean ordered() {
    return false;
  }
}
