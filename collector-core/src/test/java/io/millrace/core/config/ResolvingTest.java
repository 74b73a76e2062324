package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Merging of sources and expansion of references. */
@NullMarked
final class ResolvingTest {
  @TempDir private Path directory;
  private final Map<String, String> variables = new HashMap<>();
  private final Diagnostics diagnostics = new Diagnostics();

  @Test
  void laterSourcesReplaceScalarsAndListsAndMergeMaps() {
    assertThat(
            resolved(
                List.of(
                    "yaml:{a: {x: 1, y: [1, 2], z: {p: 1}}}",
                    "yaml:{a: {x: 2, y: [3], z: {q: 2}}}"),
                List.of()))
        .isEqualTo(Map.of("a", Map.of("x", 2L, "y", List.of(3L), "z", Map.of("p", 1L, "q", 2L))));
  }

  @Test
  void anExplicitNullWipesWhatCameBefore() {
    Map<String, @Nullable Object> expected = new HashMap<>();
    expected.put("processors", null);
    assertThat(resolved(List.of("yaml:{processors: {batch: {}}}", "yaml:processors:"), List.of()))
        .isEqualTo(expected);
  }

  @Test
  void settingsComeLast() {
    assertThat(
            resolved(
                List.of("yaml:processors::batch::timeout: 2s"),
                List.of("processors.batch.timeout=7s", "a.b=[1, x]")))
        .isEqualTo(
            Map.of(
                "processors", Map.of("batch", Map.of("timeout", "7s")),
                "a", Map.of("b", List.of(1L, "x"))));
  }

  @Test
  void valuesKeepTheirPlaceThroughMergingAndExpansion() throws IOException {
    write("a.yaml", "r:\n  x: 1\n");
    write("b.yaml", "\n\nr:\n    y: ${env:V}\n    z: ${file:c.yaml}\n");
    write("c.yaml", "deep:\n - item\n");
    variables.put("V", "value");
    ConfigNode root = root(List.of("a.yaml", "file:b.yaml"), List.of("r.w=9"));
    assertThat(placeOf(root, "r", "x")).isEqualTo("a.yaml:2:6");
    assertThat(placeOf(root, "r", "y")).isEqualTo("b.yaml:4:8");
    assertThat(placeOf(root, "r", "z", "deep")).isEqualTo("c.yaml:2:2");
    assertThat(placeOf(root, "r", "w")).isEqualTo("--set r.w");
  }

  @Test
  void aWholeScalarBecomesWhateverTheReferenceYields() {
    variables.put("LIST", "[1, {a: b}]");
    variables.put("BOOL", "true");
    assertThat(resolved("{l: '${env:LIST}', b: '${BOOL}', y: '${yaml:{k: 1.5}}'}").get("l"))
        .isEqualTo(List.of(1L, Map.of("a", "b")));
    assertThat(resolved("b: ${BOOL}")).isEqualTo(Map.of("b", true));
    assertThat(resolved("y: \"${yaml:1.5}\"")).isEqualTo(Map.of("y", 1.5));
  }

  @Test
  void innerReferencesComeFirst() {
    variables.put("NAME", "WHICH");
    variables.put("WHICH", "it");
    assertThat(resolved("v: ${env:${env:NAME}}")).isEqualTo(Map.of("v", "it"));
  }

  @Test
  void embeddedReferencesAreSplicedInAsWritten() {
    variables.put("N", "0123");
    assertThat(resolved("v: a${env:N}b${env:N}")).isEqualTo(Map.of("v", "a0123b0123"));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "$$X, $X",
        "$${env:V}, ${env:V}",
        "$$${env:V}, $it",
        "$V, $V",
        "a$$b$$$$, a$b$$",
        "$${env:$${V}}, ${env:${V}}",
        "$${env:${V}}, ${env:it}",
        "}${V}{, }it{"
      })
  void dollarsEscapeReferences(String text, String expected) {
    variables.put("V", "it");
    assertThat(resolved("v: '" + text + "'")).isEqualTo(Map.of("v", expected));
  }

  @Test
  void keysAreNotExpanded() {
    assertThat(resolved("${env:V}: '1'")).isEqualTo(Map.of("${env:V}", "1"));
  }

  @Test
  void theDefaultCountsOnlyWhenTheVariableIsUnset() {
    variables.put("EMPTY", "");
    Map<String, @Nullable Object> expected = new HashMap<>();
    expected.put("a", "5s");
    expected.put("b", null);
    expected.put("c", "");
    expected.put("d", "x:-y");
    assertThat(
            resolved(
                "{a: '${env:U:-5s}', b: '${env:EMPTY:-5s}', c: '${env:U:-}', d: '${env:U:-x:-y}'}"))
        .isEqualTo(expected);
    assertThat(diagnostics.warnings()).isEmpty();
  }

  @Test
  void warnsOfUnsetVariables() {
    assertThat(resolved("a:\n  b: ${env:U}\n")).isEqualTo(Map.of("a", nullAt("b")));
    assertThat(diagnostics.warnings())
        .hasToString(
            "[--config yaml:a:\n  b: ${env:U}\n:2:6 a.b: environment variable \"U\" is not set;"
                + " read as empty]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${foo:bar} | scheme \"foo\" is not supported for uri \"foo:bar\" (expected: one of env,"
            + " file, yaml)",
        "${HOME:-x} | scheme \"HOME\" is not supported for uri \"HOME:-x\" (expected: one of env,"
            + " file, yaml; did you mean \"${env:HOME:-x}\"?)",
        "${https://h/c} | configuration from \"https://h/c\" is not supported (expected: one of"
            + " env, file, yaml)",
        "${1} | environment variable \"1\" has invalid name (expected: must match regex"
            + " ^[a-zA-Z_][a-zA-Z0-9_]*$)",
        "${a:b} | invalid uri: \"a:b\" (expected: ${env:NAME}, ${file:PATH} or ${yaml:TEXT})",
        "${env:$X} | the uri \"env:$X\" contains unsupported characters ('$')",
        "${file:none.txt} | \"none.txt\": unable to read the file: no such file",
        "${env:LOOP} | too many recursive expansions"
      })
  void reportsReferencesThatCannotBeResolved(String text, String message) throws IOException {
    variables.put("LOOP", "${env:LOOP}");
    write("a.yaml", "\na: " + text);
    root(List.of("a.yaml"), List.of());
    assertThat(diagnostics.errors()).hasToString("[a.yaml:2:4 a: " + message + "]");
  }

  @Test
  void refusesTextsThatGrowWithoutBounds() throws IOException {
    variables.put("A", "${env:B}${env:B}".repeat(100));
    variables.put("B", "x".repeat(50_000));
    write("a.yaml", "a: x${env:A}");
    root(List.of("a.yaml"), List.of());
    assertThat(diagnostics.errors())
        .hasToString("[a.yaml:1:4 a: the expanded text has more than 4194304 characters]");
  }

  @Test
  void refusesFilesThatContainThemselves() throws IOException {
    write("a.yaml", "a: ${file:a.yaml}");
    root(List.of("a.yaml"), List.of());
    assertThat(diagnostics.errors()).hasSize(1);
    assertThat(diagnostics.errors().getFirst().message())
        .isEqualTo("too many recursive expansions");
  }

  @Test
  void aFileThatIsNoYamlIsTextWithoutItsLastLineBreak() throws IOException {
    write("token.txt", "secret\n");
    write("cert.pem", "-----BEGIN: [\nab\n-----END\n");
    assertThat(resolved("{a: '${file:token.txt}', b: '${file:cert.pem}'}"))
        .isEqualTo(Map.of("a", "secret", "b", "-----BEGIN: [\nab\n-----END"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope.yaml | nope.yaml: unable to read the file: no such file",
        "http://h/c | --config http://h/c: configuration from \"http://h/c\" is not supported"
            + " (expected: one of env, file, yaml)",
        "s3:x | --config s3:x: scheme \"s3\" is not supported for uri \"s3:x\" (expected: one of"
            + " env, file, yaml)",
        "env:NOPE | env:NOPE: environment variable is not set",
        "yaml:text | --config yaml:text:1:1: \"text\" (expected: a mapping with the key service)"
      })
  void reportsSourcesThatCannotBeRead(String config, String message) {
    root(List.of(config), List.of());
    assertThat(diagnostics.errors()).hasToString("[" + message + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc | --set abc: missing equal sign (expected: key.path=value)",
        "a..b=1 | --set a..b: an empty key (expected: key.path=value)"
      })
  void reportsSettingsThatCannotBeRead(String setting, String message) {
    root(List.of("yaml:a: 1"), List.of(setting));
    assertThat(diagnostics.errors()).hasToString("[" + message + "]");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static Map<String, @Nullable Object> nullAt(String key) {
    Map<String, @Nullable Object> map = new HashMap<>();
    map.put(key, null);
    return map;
  }

  private static String placeOf(ConfigNode root, String... path) {
    return Objects.requireNonNull(TreeMerge.at(root, Arrays.asList(path))).place().toString();
  }

  private ConfigNode root(List<String> configs, List<String> settings) {
    ConfigNode node =
        ConfigLoader.resolve(
            new LoadRequest(configs, settings, new Environment(variables, directory)), diagnostics);
    return node == null ? new ConfigNode.Broken(Place.of(new Place.Source("none", 0))) : node;
  }

  private Map<?, ?> resolved(String yaml) {
    return resolved(List.of("yaml:" + yaml), List.of());
  }

  private Map<?, ?> resolved(List<String> configs, List<String> settings) {
    Object plain = ConfigNode.plain(root(configs, settings));
    assertThat(diagnostics.errors()).isEmpty();
    assertThat(plain).isInstanceOf(Map.class);
    return plain instanceof Map<?, ?> map ? map : Map.of();
  }
}
