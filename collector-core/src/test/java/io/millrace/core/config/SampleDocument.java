package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;

/** A document that loads with {@link SamplePlugin}, for tests to change. */
@NullMarked
final class SampleDocument {
  static final String VALID =
      """
      receivers:
        nop:
        otlp/a: {protocols: {grpc: }}
      processors:
        nop/p:
      exporters:
        nop:
        otlp/b: {endpoint: 'h:1'}
      extensions:
        nop:
      service:
        extensions: [nop]
        pipelines:
          logs/x:
            receivers: [nop, otlp/a]
            processors: [nop/p]
            exporters: [otlp/b]
      """;

  private SampleDocument() {}

  /** Loads a document from a file {@code c.yaml}. */
  static LoadResult load(Path directory, String yaml) throws IOException {
    Files.writeString(directory.resolve("c.yaml"), yaml);
    return new ConfigLoader(Components.of(List.of(new SamplePlugin())))
        .load(new LoadRequest(List.of("c.yaml"), List.of(), new Environment(Map.of(), directory)));
  }

  /** Loads a document that has no mistakes. */
  static AgentConfig config(Path directory, String yaml) throws IOException {
    LoadResult result = load(directory, yaml);
    assertThat(result.errors()).isEmpty();
    return result.config().orElseThrow();
  }

  static Configured component(Map<ComponentId, Configured> components, String id) {
    return Objects.requireNonNull(components.get(ComponentId.parse(id)));
  }
}
