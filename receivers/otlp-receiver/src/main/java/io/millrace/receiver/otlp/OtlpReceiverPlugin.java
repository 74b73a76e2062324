package io.millrace.receiver.otlp;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ReceiverFactory;
import java.util.List;

/** Brings the {@code otlp} receiver. */
public final class OtlpReceiverPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-otlp-receiver";
  }

  @Override
  public List<ReceiverFactory<?>> receivers() {
    return List.of(new OtlpReceiverFactory());
  }
}
