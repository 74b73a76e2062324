package io.millrace.receiver.filelog;

import io.millrace.api.component.Plugin;
import io.millrace.api.component.ReceiverFactory;
import java.util.List;

/** Brings the {@code filelog} receiver. */
public final class FilelogReceiverPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-filelog-receiver";
  }

  @Override
  public List<ReceiverFactory<?>> receivers() {
    return List.of(new FilelogReceiverFactory());
  }
}
