package io.millrace.receiver.filelog;

import io.millrace.api.component.Receiver;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.contract.ReceiverContractTest;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

class FilelogReceiverContractTest extends ReceiverContractTest {

  @Override
  protected Receiver create(TestContext context, RecordingOutputs outputs) {
    ConfigFixture config = new ConfigFixture();
    config.include = List.of(directory + "/*.log");
    return new FilelogReceiverFactory().create(context, config.build(), outputs);
  }

  @Override
  protected Collection<String> send(List<String> ids) throws Exception {
    Files.writeString(
        directory.resolve("a.log"),
        String.join("\n", ids) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return List.of();
  }

  @Override
  protected boolean replayable() {
    return true;
  }
}
