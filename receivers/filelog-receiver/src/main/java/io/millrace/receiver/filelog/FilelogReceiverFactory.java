package io.millrace.receiver.filelog;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Signal;
import java.util.List;
import java.util.Set;

/** Makes {@code filelog} receivers. */
public final class FilelogReceiverFactory implements ReceiverFactory<FilelogConfig> {

  @Override
  public String type() {
    return "filelog";
  }

  @Override
  public List<String> aliases() {
    return List.of("file_log");
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<FilelogConfig> configType() {
    return FilelogConfig.class;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOGS);
  }

  @Override
  public Receiver create(ComponentContext context, FilelogConfig config, Outputs outputs) {
    return new FilelogReceiver(context, config, outputs);
  }
}
