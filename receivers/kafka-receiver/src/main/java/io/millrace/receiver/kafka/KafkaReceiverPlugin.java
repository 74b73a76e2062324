package io.millrace.receiver.kafka;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ReceiverFactory;
import java.util.List;

/** Offers the {@code kafka} receiver. */
public final class KafkaReceiverPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-kafka-receiver";
  }

  @Override
  public List<ReceiverFactory<?>> receivers() {
    return List.of(new KafkaReceiverFactory());
  }
}
