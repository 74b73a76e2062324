package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Default;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Key;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Squash;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
final class BinderTest {

  enum Level {
    BASIC,
    VERY_DETAILED,
    @Key("spécial")
    SPECIAL
  }

  record Inner(@Default("1") int size, @Default("x") String name) {}

  record Shared(@Default("false") boolean insecure, @Nullable Secret password)
      implements Validated {
    @Override
    public void validate(Problems problems) {
      if (insecure && password != null) {
        problems.add("password", "set without encryption (expected: insecure: false)");
      }
    }
  }

  record Everything(
      @Default("text") String text,
      @Default("true") boolean flag,
      @Default("3") @Range(min = "1", max = "10") int small,
      @Default("4") @Range(min = "0") long large,
      @Default("0.5") @Range(max = "1") double share,
      @Default("basic") Level level,
      @Default("5s") @Range(min = "1ms", max = "1h") Duration interval,
      @Default("1MiB") @Range(min = "1KiB") DataSize size,
      @Nullable Secret token,
      @Default("localhost:4317") Endpoint endpoint,
      @Nullable ComponentId storage,
      @Default("/tmp") Path directory,
      Inner inner,
      @Nullable Inner optional,
      @Nullable @Default("{size: 8}") Inner onByDefault,
      @Squash Shared shared,
      @Default("[a]") List<String> names,
      @Default("[]") List<Inner> inners,
      @Default("{k: v}") Map<String, String> labels,
      @Nullable Object anything,
      @Key("my-key") @Default("7") int renamed,
      @Tuning("buffers size themselves") @Default("9") int bufferSize,
      @NotSupported("nobody reads it") @Default("10") int exotic) {}

  record Wary(@Default("1") int limit, @Default("[]") List<Integer> sizes) implements Validated {
    @Override
    public void validate(Problems problems) {
      if (limit > 5) {
        problems.warn("limit", "more than there is room for (expected: at most 5)");
      }
      if (sizes.contains(9)) {
        problems.warn("sizes::" + sizes.indexOf(9), "9 is much (expected: less)");
      }
    }
  }

  record Needy(@Required String brokers, @Required List<String> topics, @Nullable Inner inner) {}

  @Test
  void absentKeysHaveTheirDefaults() {
    Everything config = bound(Everything.class, "");
    assertThat(config)
        .isEqualTo(
            new Everything(
                "text",
                true,
                3,
                4,
                0.5,
                Level.BASIC,
                Duration.ofSeconds(5),
                DataSize.ofMebibytes(1),
                null,
                new Endpoint("localhost", 4317),
                null,
                Path.of("/tmp"),
                new Inner(1, "x"),
                null,
                new Inner(8, "x"),
                new Shared(false, null),
                List.of("a"),
                List.of(),
                Map.of("k", "v"),
                null,
                7,
                9,
                10));
  }

  @Test
  void everyKeyIsBound() {
    Binding<Everything> binding =
        Binding.of(
            Everything.class,
            """
            text: other
            flag: false
            small: 5
            large: 5000000000
            share: 0.25
            level: very_detailed
            interval: 1m30s
            size: 2KiB
            token: hunter2
            endpoint: '[::1]:0'
            storage: file_storage/x
            directory: /var
            inner: {size: 2, name: y}
            optional: {name: z}
            on_by_default: {name: w}
            insecure: true
            names: [b, c]
            inners:
              - size: 3
              - name: q
            labels: {k2: v2}
            anything: [1, {a: true}]
            my-key: 70
            buffer_size: 90
            exotic: 10
            """);
    assertThat(binding.errors()).isEmpty();
    assertThat(binding.value())
        .contains(
            new Everything(
                "other",
                false,
                5,
                5_000_000_000L,
                0.25,
                Level.VERY_DETAILED,
                Duration.ofSeconds(90),
                DataSize.ofBytes(2048),
                new Secret("hunter2"),
                new Endpoint("::1", 0),
                new ComponentId("file_storage", "x"),
                Path.of("/var"),
                new Inner(2, "y"),
                new Inner(1, "z"),
                new Inner(1, "w"),
                new Shared(true, null),
                List.of("b", "c"),
                List.of(new Inner(3, "x"), new Inner(1, "q")),
                Map.of("k", "v", "k2", "v2"),
                List.of(1L, Map.of("a", true)),
                70,
                90,
                10));
    assertThat(binding.warnings())
        .hasToString(
            "[config.yaml:24:1 buffer_size: accepted without effect: buffers size themselves]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "txt: x | config.yaml:1:1 txt: unknown key (did you mean \"text\"?)",
        "text: 5 | config.yaml:1:7 text: 5 (expected: text; put it in quotes)",
        "text: [a] | config.yaml:1:7 text: a list (expected: text)",
        "flag: yes | config.yaml:1:7 flag: \"yes\" (expected: true or false)",
        "small: x | config.yaml:1:8 small: \"x\" (expected: a whole number from -2147483648 to"
            + " 2147483647)",
        "small: 5000000000 | config.yaml:1:8 small: 5000000000 (expected: a whole number from"
            + " -2147483648 to 2147483647)",
        "small: 1.5 | config.yaml:1:8 small: 1.5 (expected: a whole number from -2147483648 to"
            + " 2147483647)",
        "small: 0 | config.yaml:1:8 small: 0 (expected: 1 to 10)",
        "large: -1 | config.yaml:1:8 large: -1 (expected: 0 or more)",
        "share: 1.5 | config.yaml:1:8 share: 1.5 (expected: at most 1)",
        "share: half | config.yaml:1:8 share: \"half\" (expected: a number)",
        "level: basc | config.yaml:1:8 level: \"basc\" (expected: basic, very_detailed or spécial;"
            + " did you mean \"basic\"?)",
        "level: 3 | config.yaml:1:8 level: 3 (expected: basic, very_detailed or spécial)",
        "interval: 5 sec | config.yaml:1:11 interval: \"5 sec\" (expected: a duration such as 5s,"
            + " 1m30s or 200ms)",
        "interval: 2h | config.yaml:1:11 interval: \"2h\" (expected: 1ms to 1h)",
        "size: big | config.yaml:1:7 size: \"big\" (expected: a number of bytes such as 1048576,"
            + " 1MiB or 1MB)",
        "size: 12 | config.yaml:1:7 size: 12 (expected: 1KiB or more)",
        "token: {a: b} | config.yaml:1:8 token: [REDACTED] (expected: text)",
        "token: 12 | config.yaml:1:8 token: [REDACTED] (expected: text; put it in quotes)",
        "endpoint: localhost | config.yaml:1:11 endpoint: \"localhost\" (expected: host:port)",
        "endpoint: h:99999 | config.yaml:1:11 endpoint: port: 99999 (expected: 0 to 65535)",
        "storage: /x | config.yaml:1:10 storage: in \"/x\" id: the part before / should not be"
            + " empty",
        "inner: 5 | config.yaml:1:8 inner: 5 (expected: a mapping)",
        "inner: {siz: 1} | config.yaml:1:9 inner.siz: unknown key (did you mean \"size\"?)",
        "optional: {enabled: maybe} | config.yaml:1:21 optional.enabled: \"maybe\" (expected: true"
            + " or false)",
        "inner: {enabled: false} | config.yaml:1:9 inner.enabled: unknown key (expected: size or"
            + " name)",
        "names: {a: b} | config.yaml:1:8 names: a mapping (expected: a list of text)",
        "names: [a, 5] | config.yaml:1:12 names[1]: 5 (expected: text; put it in quotes)",
        "inners: [{size: x}] | config.yaml:1:17 inners[0].size: \"x\" (expected: a whole number"
            + " from -2147483648 to 2147483647)",
        "labels: [a] | config.yaml:1:9 labels: a list (expected: a mapping of keys to text)",
        "labels: {a: 1} | config.yaml:1:13 labels.a: 1 (expected: text; put it in quotes)",
        "exotic: 11 | config.yaml:1:9 exotic: 11 (not supported: nobody reads it)",
        "exotic: x | config.yaml:1:9 exotic: \"x\" (not supported: nobody reads it)",
        "{insecure: true, password: x} | config.yaml:1:28 password: set without encryption"
            + " (expected: insecure: false)",
        "[a] | config.yaml:1:1: a list (expected: a mapping)"
      })
  void everyMistakeIsReportedAtItsPlace(String yaml, String message) {
    assertThat(Binding.of(Everything.class, yaml).errors()).hasToString("[" + message + "]");
  }

  @Test
  void missingKeysAreReportedWhereTheSectionStands() {
    assertThat(Binding.of(Needy.class, "inner: {}\ntopics: []\n").errors())
        .extracting(Problem::toString)
        .containsExactly(
            "config.yaml:1:1 brokers: missing (expected: text)",
            "config.yaml:2:9 topics: a list (expected: a list of text, not empty)");
  }

  @Test
  void aMisspeltKeyIsNotMissingAsWell() {
    assertThat(Binding.of(Needy.class, "brokrs: x\ntopics: [a]\n").errors())
        .hasToString("[config.yaml:1:1 brokrs: unknown key (did you mean \"brokers\"?)]");
    assertThat(Binding.of(Needy.class, "topics: [a]\ninner: {}\n").errors())
        .hasToString("[config.yaml:1:1 brokers: missing (expected: text)]");
  }

  @Test
  void allMistakesAreReportedByPlace() {
    assertThat(
            Binding.of(Everything.class, "small: 11\nflag: 3\nnope: 1\ninner:\n  size: x\n")
                .errors())
        .extracting(p -> p.place() + " " + p.path())
        .containsExactly(
            "config.yaml:1:8 small",
            "config.yaml:2:7 flag",
            "config.yaml:3:1 nope",
            "config.yaml:5:9 inner.size");
  }

  @Test
  void nullsKeepDefaultsButTurnOptionalSectionsOn() {
    Everything config =
        bound(Everything.class, "text:\nnames: null\noptional:\non_by_default:\nlabels: ~\n");
    assertThat(config.text()).isEqualTo("text");
    assertThat(config.names()).containsExactly("a");
    assertThat(config.labels()).isEqualTo(Map.of("k", "v"));
    assertThat(config.optional()).isEqualTo(new Inner(1, "x"));
    assertThat(config.onByDefault()).isEqualTo(new Inner(8, "x"));
  }

  @Test
  void enabledTurnsOptionalSectionsOff() {
    Everything config =
        bound(
            Everything.class,
            "on_by_default: {enabled: false, size: 3}\noptional: {enabled: true, size: 3}\n");
    assertThat(config.onByDefault()).isNull();
    assertThat(config.optional()).isEqualTo(new Inner(3, "x"));
  }

  @Test
  void listsReplaceDefaultsAndMayBeEmptied() {
    assertThat(bound(Everything.class, "names: []").names()).isEmpty();
  }

  @Test
  void textIsSplitAtCommasWhereAListOfTextIsExpected() {
    assertThat(bound(Everything.class, "names: x,y").names()).containsExactly("x", "y");
  }

  @Test
  void bareNumbersAreNanosecondsWithAWarning() {
    Binding<Everything> binding = Binding.of(Everything.class, "interval: 5000000");
    assertThat(binding.value()).map(Everything::interval).contains(Duration.ofMillis(5));
    assertThat(binding.warnings())
        .hasToString(
            "[config.yaml:1:11 interval: 5000000 is read as nanoseconds (expected: a unit, such as"
                + " 5000000s)]");
  }

  @Test
  void recordsMayWarnAtTheirKeys() {
    Binding<Wary> binding = Binding.of(Wary.class, "limit: 7\nsizes: [1, 9]\n");
    assertThat(binding.value()).contains(new Wary(7, List.of(1, 9)));
    assertThat(binding.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "config.yaml:1:8 limit: more than there is room for (expected: at most 5)",
            "config.yaml:2:12 sizes[1]: 9 is much (expected: less)");
  }

  @Test
  void enumsAreReadInAnyCase() {
    assertThat(bound(Everything.class, "level: BASIC").level()).isEqualTo(Level.BASIC);
  }

  private static <C extends Record> C bound(Class<C> type, String yaml) {
    Binding<C> binding = Binding.of(type, yaml);
    assertThat(binding.errors()).isEmpty();
    return binding.value().orElseThrow();
  }
}
