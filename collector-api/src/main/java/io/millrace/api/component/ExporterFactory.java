package io.millrace.api.component;

import java.util.Set;

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

  /**
   * The settings that hold once the exporter's own keys have had their say, for exporters that had
   * such keys before these were common.
   *
   * @param settings what the common keys say
   */
  default DeliverySettings delivery(C config, DeliverySettings settings) {
    return settings;
  }

  /**
   * The codes that this exporter's outcomes can carry, as users name them in {@code
   * retry_on_failure.retry_codes} and {@code reject_codes}; empty when they carry none. Asked only
   * when a user names some.
   */
  default Set<String> codes() {
    return Set.of();
  }

  /** Whether batches that share an origin stream must be exported one after the other. */
  default boolean ordered() {
    return false;
  }
}
