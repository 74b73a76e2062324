package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.api.config.Default;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Collector's own test files (opentelemetry-collector, confmap and otelcol), read with the
 * outcomes its tests expect. Skipped where the files are absent.
 */
@NullMarked
final class CollectorFilesTest {
  private final Path root =
      Path.of(System.getProperty("millrace.root", "."), "..", "shared", "conformance", "core")
          .normalize();
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void theFilesAreThere() {
    assumeTrue(Files.isDirectory(root), "no conformance data at " + root);
  }

  /** A field of each type. */
  record IntField(@Default("0") long field) {}

  record StringField(@Default("") String field) {}

  record BoolField(@Default("false") boolean field) {}

  record Section(@Nullable Key field) {
    record Key(@Nullable Map<String, String> key) {}
  }

  record Recursive(Outer field) {
    record Outer(Env env, @Default("") String inline) {}

    record Env(Value env2) {}

    record Value(@Default("0") int value) {}
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "123 | 123",
        "0123 | 83",
        "0xdeadbeef | 3735928559",
      })
  void variablesAreTypedForNumbers(String value, long expected) throws IOException {
    forBoth(value, "types_expand.yaml", IntField.class)
        .forEach(b -> assertThat(b.value()).contains(new IntField(expected)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "123",
        "0123",
        "0xdeadbeef",
        "\"0123\"",
        "!!str 0123",
        "1111:1111:1111:1111:1111::",
        "2006-01-02T15:04:05Z07:00",
        "t"
      })
  void variablesKeepTheirTextForStrings(String value) throws IOException {
    forBoth(value, "types_expand.yaml", StringField.class)
        .forEach(b -> assertThat(b.value()).contains(new StringField(value)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"123", "0123", "\"0123\"", "!!str 0123", "{\"field\": 123}", "1111:1111::"})
  void variablesKeepTheirTextWithinText(String value) throws IOException {
    forBoth(value, "types_expand_inline.yaml", StringField.class)
        .forEach(
            b ->
                assertThat(b.value())
                    .contains(new StringField("inline field with " + value + " expansion")));
  }

  @Test
  void commentsInVariablesAreNoReferences() throws IOException {
    String value = "true # comment with a ${env:hello.world} reference";
    for (Binding<BoolField> b : forBoth(value, "types_expand.yaml", BoolField.class)) {
      assertThat(b.value()).contains(new BoolField(true));
    }
    for (Binding<StringField> b : forBoth(value, "types_expand.yaml", StringField.class)) {
      assertThat(b.errors()).hasSize(1);
    }
    for (Binding<StringField> b : forBoth(value, "types_expand_inline.yaml", StringField.class)) {
      assertThat(b.errors().getFirst().message())
          .startsWith("environment variable \"hello.world\" has invalid name");
    }
  }

  @ParameterizedTest
  @CsvSource({"\"0123\", int", "t, bool", "23, bool"})
  void otherTypesAreRefused(String value, String type) throws IOException {
    String text = value.startsWith("0") ? "\"0123\"" : value;
    List<? extends Binding<?>> bindings =
        "int".equals(type)
            ? forBoth(text, "types_expand.yaml", IntField.class)
            : forBoth(text, "types_expand.yaml", BoolField.class);
    bindings.forEach(b -> assertThat(b.errors()).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"123", "opentelemetry"})
  void textsWithinTextsAreExpanded(String value) throws IOException {
    variables.put("ENV", "The value ${env:ENV2} is wrapped");
    variables.put("ENV2", "The value ${env:ENV3} is wrapped");
    variables.put("ENV3", value);
    assertThat(bound("types_expand.yaml", StringField.class).value())
        .contains(new StringField("The value The value " + value + " is wrapped is wrapped"));
  }

  @Test
  void mappingsWithinMappingsAreExpanded() throws IOException {
    variables.put("ENV", "{env: \"${env:ENV2}\", inline: \"inline ${env:ENV2}\"}");
    variables.put("ENV2", "{env2: \"${env:ENV3}\"}");
    variables.put("ENV3", "{value: 123}");
    assertThat(bound("types_expand.yaml", Recursive.class).value())
        .contains(
            new Recursive(
                new Recursive.Outer(
                    new Recursive.Env(new Recursive.Value(123)),
                    "inline {env2: \"{value: 123}\"}")));
    assertThat(bound("types_expand.yaml", StringField.class).value())
        .contains(
            new StringField(
                "{env: \"{env2: \"{value: 123}\"}\", inline: \"inline {env2: \"{value:"
                    + " 123}\"}\"}"));
  }

  @Test
  void variablesMayStandInListsAndMaps() throws IOException {
    variables.put("VALUE", "0123");
    assertThat(plain("types_slice.yaml")).isEqualTo(Map.of("field", List.of(83L)));
    assertThat(plain("types_map.yaml")).isEqualTo(Map.of("field", Map.of("key", 83L)));
    assertThat(plain("types_complex.yaml"))
        .isEqualTo(Map.of("field", List.of(Map.of("key", List.of(83L)))));
  }

  @Test
  void dollarsAreEscapedAndListsAndMapsToo() throws IOException {
    variables.put("ENV_VALUE", "some expanded value");
    variables.put("ENV_LIST", "['$$ESCAPE_ME','$${ESCAPE_ME}','$${env:ESCAPE_ME}']");
    variables.put(
        "ENV_MAP", "{'key1':'$$ESCAPE_ME','key2':'$${ESCAPE_ME}','key3':'$${env:ESCAPE_ME}'}");
    variables.put("ENV_NESTED_DOLLARSIGN", "here is 1 $$");
    variables.put("ENV_NESTED_DOLLARSIGN_ESCAPED", "here are 2 $$$");
    variables.put("ENV_EXPAND_NESTED", "${env:ENV_VALUE}");
    Map<String, Object> expected = new HashMap<>();
    expected.put("key1", "$ENV_VALUE");
    expected.put("key2", "$$ENV_VALUE");
    expected.put("key3", "$some expanded value");
    expected.put("key4", "somesome expanded valuetext");
    expected.put("key5", "some${ENV_VALUE}text");
    expected.put("key6", "${ONE}${TWO}");
    expected.put("key7", "text$");
    expected.put("key8", "$");
    expected.put("key9", "${1}${env:2}");
    expected.put("key10", "some${env:ENV_VALUE}text");
    expected.put("key11", "${env:some expanded value}");
    expected.put("key12", "${env:${ENV_VALUE}}");
    expected.put("key13", "env:MAP_VALUE_2}${ENV_VALUE}{");
    expected.put("key14", "$some expanded value");
    expected.put("key15", "$ENV_VALUE");
    expected.put("key16", List.of("$ESCAPE_ME", "${ESCAPE_ME}", "${env:ESCAPE_ME}"));
    expected.put(
        "key17", Map.of("key1", "$ESCAPE_ME", "key2", "${ESCAPE_ME}", "key3", "${env:ESCAPE_ME}"));
    expected.put("key18", "here is 1 $");
    expected.put("key19", "here are 2 $$");
    expected.put("key20", "some expanded value");
    expected.put("key21", "default_value");
    expected.put("key22", "${env:UNDEFINED_KEY:-${env:UNDEFINED_KEY}}");
    assertThat(plain("expand-escaped-env.yaml")).isEqualTo(Map.of("test_map", expected));
  }

  @Test
  void nothingNullAndEmptySectionsDiffer() throws IOException {
    assertThat(bound("subsection_unset.yaml", Section.class).value())
        .contains(new Section(new Section.Key(null)));
    assertThat(bound("subsection_null.yaml", Section.class).value())
        .contains(new Section(new Section.Key(null)));
    assertThat(bound("subsection_set_but_empty.yaml", Section.class).value())
        .contains(new Section(new Section.Key(null)));
    assertThat(bound("subsection_empty_map.yaml", Section.class).value())
        .contains(new Section(new Section.Key(Map.of())));
    assertThat(bound("subsection_unset_empty_map.yaml", Section.class).value())
        .contains(new Section(new Section.Key(null)));
  }

  @Test
  void everyKindOfSourceMayHoldVariables() throws IOException {
    variables.put("EXTRA", "some string");
    variables.put("EXTRA_MAP_VALUE_1", "some map value_1");
    variables.put("EXTRA_MAP_VALUE_2", "some map value_2");
    variables.put("EXTRA_LIST_MAP_VALUE_1", "some list map value_1");
    variables.put("EXTRA_LIST_MAP_VALUE_2", "some list map value_2");
    variables.put("EXTRA_LIST_VALUE_1", "some list value_1");
    variables.put("EXTRA_LIST_VALUE_2", "some list value_2");
    Object expected = resolved("confmap/testdata/expand-with-no-env.yaml");
    assertThat(resolved("confmap/testdata/expand-with-partial-env.yaml")).isEqualTo(expected);
    assertThat(resolved("confmap/testdata/expand-with-all-env.yaml")).isEqualTo(expected);
  }

  @Test
  void pipelinesMayComeFromAFileNamedByAVariable() throws IOException {
    Path folder = root.resolve("confmap/internal/e2e/testdata");
    variables.put("BASE_FOLDER", folder.toString());
    variables.put("OTEL_LOGS_RECEIVER", "[nop, otlp]");
    variables.put("OTEL_LOGS_EXPORTER", "[otlp_grpc, nop]");
    LoadResult result = load(folder, "indirect-slice-env-var-main.yaml");
    assertThat(result.errors()).isEmpty();
    AgentConfig config = result.config().orElseThrow();
    assertThat(config.pipelines().getFirst().receivers())
        .extracting(Object::toString)
        .containsExactly("nop", "otlp");
    assertThat(config.pipelines().getFirst().exporters())
        .extracting(Object::toString)
        .containsExactly("otlp_grpc", "nop");
  }

  @Test
  void commentsInFilesAreNoReferences() {
    LoadResult result =
        load(root.resolve("confmap/internal/e2e"), "testdata/issue-10787-main.yaml");
    assertThat(result.errors()).isEmpty();
    assertThat(result.config().orElseThrow().exporters().keySet()).hasToString("[debug]");
  }

  @Test
  void keysWithDelimitersAreNested() throws IOException {
    Map<String, @Nullable Object> options = new HashMap<>();
    options.put("floating", Map.of("point", Map.of("example", 3.14)));
    options.put("integer", Map.of("example", 1234L));
    options.put("bool", Map.of("example", false));
    options.put("string", Map.of("example", "this is a string"));
    Map<String, @Nullable Object> nil = new HashMap<>();
    nil.put("example", null);
    options.put("nil", nil);
    assertThat(resolved("confmap/internal/testdata/embedded_keys.yaml"))
        .isEqualTo(Map.of("typed", Map.of("options", options)));
  }

  @Test
  void sourcesAreMergedAsWithoutTheAppendGate() throws IOException {
    Path file = root.resolve("confmap/testdata/merge-append-scenarios-featuregate-disabled.yaml");
    List<?> scenarios = read(file) instanceof List<?> list ? list : List.of();
    int checked = 0;
    for (Object item : scenarios) {
      if (!(item instanceof Map<?, ?> scenario
          && scenario.get("configs") instanceof List<?> sources)) {
        continue;
      }
      List<String> configs = new ArrayList<>();
      for (Object config : sources) {
        configs.add("yaml:" + DocumentWriter.json(config));
      }
      Diagnostics diagnostics = new Diagnostics();
      ConfigNode merged =
          ConfigLoader.resolve(
              new LoadRequest(configs, List.of(), new Environment(variables, root)), diagnostics);
      assertThat(ConfigNode.plain(Objects.requireNonNull(merged)))
          .as("%s", scenario.get("name"))
          .isEqualTo(scenario.get("expected"));
      checked++;
    }
    assertThat(checked).isEqualTo(3);
  }

  @Test
  void severalFilesMakeTheExpectedDocument() throws IOException {
    Path folder = root.resolve("otelcol/testdata/configs");
    assertThat(merged(folder, "1-config-first.yaml", "1-config-second.yaml"))
        .isEqualTo(read(folder.resolve("1-config-output.yaml")));
  }

  @Test
  void laterFilesReplaceListsAndKeepTheRest() throws IOException {
    Path folder = root.resolve("confmap/internal/testdata");
    assertThat(merged(folder, "config.yaml", "config2.yaml"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsOnlyKeys("receivers", "processors", "exporters", "extensions", "service")
        .containsEntry(
            "service",
            Map.of(
                "extensions",
                List.of("nop2"),
                "pipelines",
                Map.of(
                    "traces",
                    Map.of(
                        "receivers",
                        List.of("nop2"),
                        "processors",
                        List.of("nop"),
                        "exporters",
                        List.of("nop2")))));
  }

  @Test
  void numbersTextsListsAndBrokenFilesAreRead() throws IOException {
    assertThat(resolved("confmap/confmaptest/testdata/simple.yaml"))
        .isEqualTo(Map.of("floating", 3.14));
    assertThat(resolved("confmap/confmaptest/testdata/empty-slice.yaml"))
        .isEqualTo(Map.of("slice", List.of()));
    assertThat(load(root.resolve("confmap/confmaptest/testdata"), "invalid.yaml").errors())
        .singleElement()
        .asString()
        .startsWith("invalid.yaml:1:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "otelcol-nop.yaml",
        "otelcol-otelconftelemetry.yaml",
        "otelcol-valid-connector-use.yaml",
        "print.yaml",
        "print_default.yaml"
      })
  void validDocumentsAreAccepted(String name) {
    assertThat(load(root.resolve("otelcol/testdata"), name).errors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "otelcol-invalid.yaml | otelcol-invalid.yaml:14:20 service.pipelines.traces.processors:"
            + " references processor \"invalid\" which is not configured (expected: nop)",
        "otelcol-invalid-components.yaml | otelcol-invalid-components.yaml:6:3"
            + " processors.nosuchprocessor: unknown type: \"nosuchprocessor\" for id:"
            + " \"nosuchprocessor\" (expected: memory_limiter or nop)",
        "otelcol-invalid-telemetry.yaml | otelcol-invalid-telemetry.yaml:9:5"
            + " service.telemetry.unknown: unknown key (expected: logs, metrics, traces or"
            + " resource)",
        "otelcol-invalid-receiver-type.yaml | otelcol-invalid-receiver-type.yaml:13:19"
            + " service.pipelines.traces.receivers: receiver \"nop_logs\": telemetry type is not"
            + " supported: traces (expected: a pipeline for logs)",
        "otelcol-invalid-connector-unused-exp.yaml | otelcol-invalid-connector-unused-exp.yaml:16:5"
            + " service.pipelines.logs/in2: connector \"nop/connector1\" used as receiver in"
            + " logs/in2 pipeline but not used in any supported exporter pipeline",
        "otelcol-invalid-connector-unused-rec.yaml | otelcol-invalid-connector-unused-rec.yaml:16:5"
            + " service.pipelines.logs/in2: connector \"nop/connector1\" used as exporter in"
            + " logs/in2 pipeline but not used in any supported receiver pipeline",
        "otelcol-cyclic-connector.yaml | otelcol-cyclic-connector.yaml:12:5"
            + " service.pipelines.traces/in: cycle detected: traces/in -> traces/in (expected:"
            + " connectors that never lead back)",
        "print_invalid.yaml | print_invalid.yaml:5:14 exporters.e.timeout: \"invalid\" (expected: a"
            + " duration such as 5s, 1m30s or 200ms)",
        "print_negative.yaml | print_negative.yaml:5:14 exporters.e.timeout: -1 (expected: 0s or"
            + " more)"
      })
  void invalidDocumentsAreRefused(String name, String message) {
    assertThat(load(root.resolve("otelcol/testdata"), name).errors())
        .extracting(Problem::toString)
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "print.yaml, REDACTED, timeout: 5s",
    "print.yaml, UNREDACTED, timeout: 5s",
    "print_default.yaml, REDACTED, timeout: 1s",
    "print.yaml, REDACTED, opaque: '[REDACTED]'",
    "print.yaml, UNREDACTED, opaque: OOO",
    "print_default.yaml, REDACTED, opaque: '[REDACTED]'",
    "print_default.yaml, UNREDACTED, other: lala"
  })
  void documentsArePrinted(String name, ConfigPrinter.Mode mode, String expected) {
    AgentConfig config = load(root.resolve("otelcol/testdata"), name).config().orElseThrow();
    assertThat(new ConfigPrinter(mode).print(config, ConfigPrinter.Format.YAML)).contains(expected);
  }

  private <C extends Record> List<Binding<C>> forBoth(String value, String file, Class<C> type)
      throws IOException {
    variables.put("ENV", value);
    Binding<C> direct = bound(file, type);
    variables.put("ENV", "${env:ENV2}");
    variables.put("ENV2", value);
    return List.of(direct, bound(file, type));
  }

  private <C extends Record> Binding<C> bound(String file, Class<C> type) throws IOException {
    return Binding.of(
        type,
        Files.readString(root.resolve("confmap/internal/e2e/testdata").resolve(file)),
        new Environment(variables, root));
  }

  private @Nullable Object plain(String file) throws IOException {
    return resolved("confmap/internal/e2e/testdata/" + file);
  }

  private @Nullable Object resolved(String file) throws IOException {
    return merged(root, file);
  }

  private @Nullable Object merged(Path folder, String... files) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    ConfigNode node =
        ConfigLoader.resolve(
            new LoadRequest(List.of(files), List.of(), new Environment(variables, folder)),
            diagnostics);
    assertThat(diagnostics.errors()).isEmpty();
    return ConfigNode.plain(Objects.requireNonNull(node));
  }

  private static @Nullable Object read(Path file) throws IOException {
    try {
      return ConfigNode.plain(
          YamlReader.read(Files.readString(file), new Place.Source(file.toString(), 0)));
    } catch (MalformedYamlException e) {
      throw new IOException(e);
    }
  }

  private LoadResult load(Path folder, String file) {
    return new ConfigLoader(Components.of(List.of(new SamplePlugin())))
        .load(new LoadRequest(List.of(file), List.of(), new Environment(variables, folder)));
  }
}
