package io.millrace.receiver.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.Set;

/** Makes {@code kafka} receivers. */
public final class KafkaReceiverFactory implements ReceiverFactory<KafkaReceiverConfig> {

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<KafkaReceiverConfig> configType() {
    return KafkaReceiverConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Signal.readable();
  }

  @Override
  public Receiver create(ComponentContext context, KafkaReceiverConfig config, Outputs outputs) {
    return new KafkaReceiver(context, config, outputs);
  }
}
