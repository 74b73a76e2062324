package io.millrace.exporter.debug;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Prints batches, and accepts them all. Thread-safe. */
final class DebugExporter implements Exporter {
  private final ComponentContext context;
  private final DebugExporterConfig config;
  private final Sampler sampler;
  private final List<OutputStream> outputs = new ArrayList<>();

  DebugExporter(ComponentContext context, DebugExporterConfig config) {
    this.context = context;
    this.config = config;
    this.sampler =
        new Sampler(config.samplingInitial(), config.samplingThereafter(), context.clock());
  }

  @Override
  public synchronized void start() throws StartException {
    if (config.useInternalLogger()) {
      return;
    }
    for (String path : config.outputPaths()) {
      try {
        outputs.add(open(path));
      } catch (IOException e) {
        throw new StartException(path + ": cannot be written: " + e, e);
      }
    }
  }

  @Override
  public synchronized void stop() {
    for (OutputStream output : outputs) {
      try {
        output.flush();
        if (!(output instanceof PrintStream)) {
          output.close();
        }
      } catch (IOException e) {
        context.logger().atWarn().setCause(e).log("Debug output could not be closed");
      }
    }
    outputs.clear();
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) {
    if (sampler.take()) {
      print(batch);
    }
    return ExportOutcome.ACCEPTED;
  }

  private void print(Batch batch) {
    String counts = BasicText.of(batch);
    String text =
        switch (batch.signal().isReadable()
            ? config.verbosity()
            : DebugExporterConfig.Verbosity.BASIC) {
          case BASIC -> "";
          case NORMAL -> NormalText.of(batch);
          case DETAILED -> DetailedText.of(batch);
        };
    if (config.useInternalLogger()) {
      context.logger().info(text.isEmpty() ? counts : counts + "\n" + text);
      return;
    }
    byte[] bytes = (text.isEmpty() ? counts + "\n" : text).getBytes(StandardCharsets.UTF_8);
    synchronized (this) {
      for (OutputStream output : outputs) {
        try {
          output.write(bytes);
          output.flush();
        } catch (IOException e) {
          context.logger().atWarn().setCause(e).log("Debug output could not be written");
        }
      }
    }
  }

  private static OutputStream open(String path) throws IOException {
    return switch (path) {
      case "stdout" -> System.out;
      case "stderr" -> System.err;
      default ->
          Files.newOutputStream(
              Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    };
  }
}
