package io.millrace.receiver.filelog.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorChainTest {
  @Test
  void takesJsonApart() {
    Entry entry =
        run(
            "{\"a\":1,\"b\":2.5,\"c\":[true,null,\"x\"],\"d\":{\"e\":\"ü\"},\"a\":7}",
            Map.of("type", "json_parser"));
    Map<String, Object> expected = new LinkedHashMap<>();
    List<Object> list = new ArrayList<>(List.of(true));
    Values.put(new LinkedHashMap<>(), "unused", null);
    list.add(null);
    list.add("x");
    expected.put("a", 7.0);
    expected.put("b", 2.5);
    expected.put("c", list);
    expected.put("d", Map.of("e", "ü"));
    assertThat(Values.owned(entry.attributes())).isEqualTo(expected);
    assertThat(entry.failure()).isNull();
  }

  @Test
  void keepsWholeNumbersWhenAsked() {
    Entry entry =
        run(
            "{\"a\":9007199254740993,\"b\":1e3,\"c\":99999999999999999999}",
            Map.of("type", "json_parser", "parse_ints", true, "parse_to", "body"));
    assertThat(Values.owned(entry.body()))
        .isEqualTo(Map.of("a", 9007199254740993L, "b", 1000.0, "c", 1e20));
  }

  @Test
  void saysWhyJsonCannotBeTakenApart() {
    for (String text : List.of("", "[1]", "{\"a\":", "{} x", "{\"a\":1}}", "nul", "{'a':1}")) {
      Entry entry = run(text, Map.of("type", "json_parser"));
      assertThat(entry.failure()).as(text).startsWith("json_parser: ");
      assertThat(entry.attributes()).isEmpty();
      assertThat(Values.owned(entry.body())).isEqualTo(text);
    }
  }

  @Test
  void takesWhatLooksLikeOtherEncodingsForNoJson() {
    for (String text : List.of("{\u0000}\u0000", "\u0000{\u0000}", "\ufeff{}")) {
      assertThat(run(text, Map.of("type", "json_parser")).failure()).startsWith("json_parser: ");
    }
  }

  /** The model refuses deeper maps, and a line that it refuses would be read again for ever. */
  @Test
  void takesJsonApartAsDeepAsRecordsMayBe() {
    String deepest = "{\"a\":".repeat(25) + "1" + "}".repeat(25);
    Entry entry = run(deepest, Map.of("type", "json_parser", "parse_to", "attributes.b.c.d"));
    assertThat(entry.failure()).isNull();
    Map<String, Object> record = Map.of("attributes", entry.attributes());
    assertThat(Values.toValue(record).asText()).contains("{\"a\":1}");

    Entry deeper = run("{\"a\":" + deepest + "}", Map.of("type", "json_parser"));
    assertThat(deeper.failure()).contains("nesting depth (26)");
  }

  @Test
  void takesTextApartByAnExpression() {
    Entry entry =
        run(
            "Host=h1, Type=t1",
            Map.of(
                "type",
                "regex_parser",
                "regex",
                "^Host=(?P<host>[^,]+), Type=(?P<type>\\w+)(?P<rest> .*)?$"));
    assertThat(Values.owned(entry.attributes()))
        .isEqualTo(Map.of("host", "h1", "type", "t1", "rest", ""));
    assertThat(run("x", Map.of("type", "regex_parser", "regex", "(?P<a>y)")).failure())
        .isEqualTo("regex_parser: the expression does not match");
  }

  @Test
  void takesBytesApartByAnExpression() {
    byte[] bytes = {'x', (byte) 0xc3, (byte) 0xa9, (byte) 0xc3, (byte) 0xa9, (byte) 0xff};
    for (String regex : List.of("^(?P<a>.)(?P<b>.*)$", "^(?P<a>.)(?P<b>.*)(?:)$")) {
      Entry entry = entry(bytes);
      OperatorChain.of(List.of(Map.of("type", "regex_parser", "regex", regex))).process(entry);
      assertThat(Values.owned(entry.attributes())).isEqualTo(Map.of("a", "x", "b", "éé\ufffd"));
    }
    Entry other = entry(Arrays.copyOfRange(bytes, 1, 5));
    OperatorChain.of(List.of(Map.of("type", "regex_parser", "regex", "^(?P<a>.)(?:)$")))
        .process(other);
    assertThat(other.failure()).isEqualTo("regex_parser: the expression does not match");
  }

  @Test
  void looksForTimeSeverityAndScopeInWhatItTookApart() {
    Entry entry =
        run(
            "{\"t\":\"2024-01-02\",\"s\":\"FATAL\",\"l\":\"my.logger\",\"m\":\"text\"}",
            Map.of(
                "type",
                "json_parser",
                "timestamp",
                Map.of("parse_from", "attributes.t", "layout", "%Y-%m-%d", "location", "UTC"),
                "severity",
                Map.of("parse_from", "attributes.s"),
                "scope_name",
                Map.of("parse_from", "attributes.l"),
                "body",
                "attributes.m"));
    assertThat(entry.failure()).isNull();
    assertThat(entry.timeUnixNanos())
        .isEqualTo(Instant.parse("2024-01-02T00:00:00Z").getEpochSecond() * 1_000_000_000);
    assertThat(entry.severityNumber()).isEqualTo(21);
    assertThat(entry.severityText()).isEqualTo("FATAL");
    assertThat(entry.scopeName()).isEqualTo("my.logger");
    assertThat(Values.owned(entry.body())).isEqualTo("text");
  }

  @Test
  void triesTheOthersWhenOneOfThemFails() {
    Entry entry =
        run(
            "{\"t\":\"not a time\",\"s\":\"info\"}",
            Map.of(
                "type",
                "json_parser",
                "timestamp",
                Map.of("parse_from", "attributes.t", "layout", "%Y"),
                "severity",
                Map.of("parse_from", "attributes.s")));
    assertThat(entry.failure()).contains("not a time");
    assertThat(entry.severityNumber()).isEqualTo(9);
  }

  @Test
  void movesAndCopiesAndMergesAsTheCollectorDoes() {
    assertThat(on("body.key", "body.new", true).body())
        .isEqualTo(Map.of("new", "val", "nested", Map.of("nestedkey", "nestedval")));
    assertThat(on("body.nested", "body", true).body())
        .isEqualTo(Map.of("key", "val", "nestedkey", "nestedval"));
    assertThat(on("body.key", "body", true).body()).isEqualTo("val");
    assertThat(on("body.nested.nestedkey", "attributes.one.two", true).attributes())
        .isEqualTo(Map.of("one", Map.of("two", "nestedval")));
    assertThat(on("body.nested", "resource[\"dotted.name\"]", true).resource())
        .isEqualTo(Map.of("dotted.name", Map.of("nestedkey", "nestedval")));
    Entry copied = on("body.nested", "attributes.copy", false);
    assertThat(copied.attributes()).isEqualTo(Map.of("copy", Map.of("nestedkey", "nestedval")));
    assertThat(copied.body())
        .isEqualTo(Map.of("key", "val", "nested", Map.of("nestedkey", "nestedval")));
    assertThat(on("body.absent", "body.new", true).failure())
        .isEqualTo("move: the entry has no body.absent");
  }

  @Test
  void copiesWhatChangesLaterOnItsOwn() {
    Entry entry = nestedEntry();
    OperatorChain.of(
            List.of(
                Map.of("type", "copy", "from", "body.nested", "to", "attributes.copy"),
                Map.of("type", "remove", "field", "body.nested.nestedkey")))
        .process(entry);
    assertThat(Values.owned(entry.attributes()))
        .isEqualTo(Map.of("copy", Map.of("nestedkey", "nestedval")));
  }

  @Test
  void addsValuesThatEntriesDoNotShare() {
    OperatorChain chain =
        OperatorChain.of(
            List.of(
                Map.of("type", "add", "field", "attributes.a.b", "value", Map.of("c", 1L)),
                Map.of("type", "add", "field", "attributes.list", "value", List.of(1L, "x"))));
    Entry first = nestedEntry();
    chain.process(first);
    assertThat(Values.owned(first.attributes()))
        .isEqualTo(Map.of("a", Map.of("b", Map.of("c", 1L)), "list", List.of(1L, "x")));
    Entry second = nestedEntry();
    chain.process(second);
    assertThat(Values.owned(second.attributes())).isEqualTo(Values.owned(first.attributes()));
  }

  @Test
  void removesFieldsAndWholeParts() {
    Entry entry = nestedEntry();
    entry.attributes().put("a", 1L);
    OperatorChain.of(
            List.of(
                Map.of("type", "remove", "field", "body.nested"),
                Map.of("type", "remove", "field", "attributes")))
        .process(entry);
    assertThat(Values.owned(entry.body())).isEqualTo(Map.of("key", "val"));
    assertThat(entry.attributes()).isEmpty();
    assertThat(run("text", Map.of("type", "remove", "field", "body")).body()).isNull();
  }

  @Test
  void findsSeverities() {
    Map<String, Object> mapping = new LinkedHashMap<>();
    mapping.put("error", "5xx");
    mapping.put("debug2", List.of("dbg", Map.of("min", 1000L, "max", 1002L)));
    mapping.put("12", "strange");
    Map<String, Object> config =
        Map.of("type", "severity_parser", "parse_from", "body", "mapping", mapping);
    assertThat(run("503", config).severityNumber()).isEqualTo(17);
    assertThat(run("DBG", config).severityNumber()).isEqualTo(6);
    assertThat(run("1001", config).severityNumber()).isEqualTo(6);
    assertThat(run("strange", config).severityNumber()).isEqualTo(12);
    assertThat(run("Warning", config).severityNumber()).isEqualTo(13);
    assertThat(run("err4", config).severityNumber()).isEqualTo(20);
    assertThat(run("INFO", config).severityNumber()).isEqualTo(9);
    Entry unknown = run("whatever", config);
    assertThat(unknown.severityNumber()).isZero();
    assertThat(unknown.severityText()).isEqualTo("whatever");
    assertThat(unknown.failure()).isNull();
  }

  @Test
  void knowsPresetsAndOverwritesTextWhenAsked() {
    assertThat(severity("warning", "otel", false).severityNumber()).isZero();
    assertThat(severity("warn3", "otel", true).severityText()).isEqualTo("WARN3");
    assertThat(severity("info", "none", false).severityNumber()).isZero();
    assertThat(severity("trace", "default", true).severityText()).isEqualTo("TRACE");
  }

  @Test
  void findsSeveritiesOfNumbers() {
    Entry entry =
        run(
            "{\"a\":17}",
            Map.of("type", "json_parser", "severity", Map.of("parse_from", "attributes.a")));
    assertThat(entry.severityNumber()).isEqualTo(17);
    assertThat(entry.severityText()).isEqualTo("17");
  }

  @Test
  void dropsOrSendsOnFailureAsTold() {
    for (String onError : List.of("send", "send_quiet", "drop", "drop_quiet")) {
      Entry entry = entry("no json");
      boolean kept =
          OperatorChain.of(List.of(Map.of("type", "json_parser", "on_error", onError)))
              .process(entry);
      assertThat(kept).as(onError).isEqualTo(onError.startsWith("send"));
      assertThat(entry.failure()).isNotNull();
    }
  }

  @Test
  void reportsEverythingThatIsWrong() {
    List<String> problems = new ArrayList<>();
    OperatorChain.check(
        List.of(
            Map.of("type", "recombine"),
            Map.of("type", "jason_parser"),
            Map.of("type", "json_parser", "parse_form", "body", "if", "true"),
            Map.of("type", "regex_parser", "regex", "(?P<a>"),
            Map.of("type", "regex_parser", "regex", "no groups"),
            Map.of("type", "move", "from", "nowhere.x"),
            Map.of("type", "add", "field", "body", "value", "EXPR(1)"),
            Map.of("type", "time_parser", "parse_from", "body", "layout", "%Q"),
            Map.of("type", "noop", "on_error", "explode", "output", "elsewhere"),
            "text"),
        (key, message) -> problems.add(key + " " + message));
    assertThat(problems)
        .anySatisfy(
            each ->
                assertThat(each)
                    .startsWith(
                        "operators::0::type \"recombine\" is an operator of the Collector that is not supported"))
        .anySatisfy(
            each ->
                assertThat(each).startsWith("operators::1::type \"jason_parser\" is no operator"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::2::if is not supported"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::2::parse_form unknown key"))
        .anySatisfy(
            each -> assertThat(each).startsWith("operators::3::regex \"(?P<a>\" (expected: an RE2"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::4::regex"))
        .anySatisfy(
            each -> assertThat(each).startsWith("operators::5::from \"nowhere.x\" (expected: body"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::5::to missing"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::6::value"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::7::layout"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::8::on_error"))
        .anySatisfy(each -> assertThat(each).startsWith("operators::8::output"))
        .anySatisfy(
            each -> assertThat(each).startsWith("operators::9 \"text\" (expected: an operator"))
        .hasSize(13);
  }

  @Test
  void acceptsAnOutputThatComesNextAnyway() {
    List<String> problems = new ArrayList<>();
    OperatorChain.check(
        List.of(Map.of("type", "noop", "output", "next"), Map.of("type", "noop", "id", "next")),
        (key, message) -> problems.add(key + " " + message));
    assertThat(problems).isEmpty();
  }

  private static Entry severity(String text, String preset, boolean overwrite) {
    return run(
        text,
        Map.of(
            "type",
            "severity_parser",
            "parse_from",
            "body",
            "preset",
            preset,
            "overwrite_text",
            overwrite));
  }

  private static Entry on(String from, String to, boolean removes) {
    Entry entry = nestedEntry();
    OperatorChain.of(List.of(Map.of("type", removes ? "move" : "copy", "from", from, "to", to)))
        .process(entry);
    return entry;
  }

  private static Entry nestedEntry() {
    return entry(Values.copy(Map.of("key", "val", "nested", Map.of("nestedkey", "nestedval"))));
  }

  private static Entry run(String body, Map<String, Object> config) {
    OperatorChain chain = OperatorChain.of(List.of(config));
    Entry entry = entry(body);
    chain.process(entry);
    Entry ofBytes = entry(Text.of(body));
    chain.process(ofBytes);
    assertThat(all(ofBytes)).isEqualTo(all(entry));
    return entry;
  }

  /** Everything that operators change. */
  private static List<Object> all(Entry entry) {
    List<Object> all = new ArrayList<>();
    all.add(Values.owned(entry.body()));
    all.add(Values.owned(entry.attributes()));
    all.add(entry.resource());
    all.add(entry.timeUnixNanos());
    all.add(entry.severityNumber());
    all.add(entry.severityText());
    all.add(entry.scopeName());
    all.add(entry.failure());
    return all;
  }

  private static Entry entry(Object body) {
    return new Entry(body, new LinkedHashMap<>(), new LinkedHashMap<>(), 1);
  }
}
