package io.millrace.receiver.otlp;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;

/** Makes {@code otlp} receivers. */
public final class OtlpReceiverFactory implements ReceiverFactory<OtlpReceiverConfig> {

  @Override
  public String type() {
    return "otlp";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<OtlpReceiverConfig> configType() {
    return OtlpReceiverConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  @Override
  public Acknowledge acknowledge(OtlpReceiverConfig config) {
    return config.acknowledge();
  }

  @Override
  public Receiver create(ComponentContext context, OtlpReceiverConfig config, Outputs outputs) {
    return new OtlpReceiver(context, config, outputs);
  }
}
