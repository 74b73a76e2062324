package io.millrace.receiver.otlp;

import io.millrace.api.component.Outputs;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A receiver in a process that has the agent's default memory and not more. The process prints the
 * ids of the records it delivers and ends with its standard input.
 */
final class SmallProcess implements AutoCloseable {

  /** What the launcher gives to an agent with {@code --memory 128MiB}. */
  private static final List<String> LIMITS =
      List.of(
          "-Xmx40m",
          "-Xmn15m",
          "-XX:SurvivorRatio=1",
          "-XX:MaxDirectMemorySize=12m",
          "-XX:+UseSerialGC",
          "-Xss512k");

  private static final String PORTS = "ports ";
  private static final String DELIVERED = "delivered ";

  private final Process process;
  private final BufferedReader out;
  private final int grpcPort;
  private final int httpPort;
  private final Collection<String> delivered = new ConcurrentLinkedQueue<>();
  private final Thread reading;

  private SmallProcess(Process process, BufferedReader out, String[] ports) {
    this.process = process;
    this.out = out;
    this.grpcPort = Integer.parseInt(ports[0]);
    this.httpPort = Integer.parseInt(ports[1]);
    this.reading = Thread.ofVirtual().start(this::readDeliveries);
  }

  static SmallProcess start(Path directory) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"));
    builder.command().addAll(LIMITS);
    builder
        .command()
        .addAll(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SmallProcess.class.getName(),
                directory.toString()));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(PORTS)) {
        return new SmallProcess(process, out, line.substring(PORTS.length()).split(" ", -1));
      }
    }
    process.destroyForcibly();
    throw new IOException("the process ended before it listened");
  }

  int grpcPort() {
    return grpcPort;
  }

  int httpPort() {
    return httpPort;
  }

  /** Ends the process; what it delivered, in no order. */
  Collection<String> delivered() throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.waitFor();
    reading.join();
    return delivered;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void readDeliveries() {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(DELIVERED)) {
          delivered.add(line.substring(DELIVERED.length()));
        }
      }
    } catch (IOException e) {
      // The process was killed; the test has failed already.
    }
  }

  /** The process: takes a directory, prints, ends with its standard input. */
  public static void main(String[] arguments) throws Exception {
    OtlpReceiver receiver =
        new OtlpReceiver(
            TestContext.of("otlp", Path.of(arguments[0])),
            ReceiverFixture.config(),
            new PrintingOutputs());
    receiver.start();
    print(PORTS + receiver.grpcPort() + " " + receiver.httpPort());
    while (System.in.read() >= 0) {
      // Only its end is waited for.
    }
    receiver.stop();
  }

  @SuppressWarnings("SystemOut") // the process's only voice
  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Delivers everything at once. */
  private static final class PrintingOutputs implements Outputs, Consumer {
    @Override
    public Set<Signal> signals() {
      return Set.of(Signal.LOGS);
    }

    @Override
    public Optional<Consumer> of(Signal signal) {
      return Optional.of(this);
    }

    @Override
    public void accept(Parcel parcel) {
      parcel
          .batch()
          .forEachItem(
              (group, scope, item) -> {
                Value id = item.attributes().get(TestTelemetry.ID);
                print(DELIVERED + (id == null ? "" : id.stringValue()));
              });
      parcel.delivery().end(Outcome.DELIVERED);
    }
  }
}
