package io.millrace.toolkit.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttributeActionsTest {
  private static final RequestContext CONTEXT =
      new RequestContext(Map.of("x-tenant", List.of("a", "b")), "10.0.0.7:4711", 1);

  @Test
  void insertsOnlyWhenAbsent() {
    assertThat(after(Map.of("k", Value.of("old")), write("k", "insert", "new")))
        .isEqualTo(Map.of("k", Value.of("old")));
    assertThat(after(Map.of(), write("k", "insert", 7L))).isEqualTo(Map.of("k", Value.of(7L)));
  }

  @Test
  void updatesOnlyWhenPresent() {
    assertThat(after(Map.of("k", Value.of("old")), write("k", "update", "new")))
        .isEqualTo(Map.of("k", Value.of("new")));
    assertThat(after(Map.of(), write("k", "update", "new"))).isEmpty();
  }

  @Test
  void upsertsInBothCases() {
    assertThat(after(Map.of("k", Value.of("old")), write("k", "UPSERT", true)))
        .isEqualTo(Map.of("k", Value.of(true)));
    assertThat(after(Map.of(), write("k", "upsert", 1.5))).isEqualTo(Map.of("k", Value.of(1.5)));
  }

  @Test
  void takesTheValueFromAnotherAttribute() {
    assertThat(
            after(
                Map.of("from", Value.of(3L)),
                new ActionConfig("k", "upsert", null, "from", "", "", ""),
                new ActionConfig("none", "upsert", null, "absent", "", "", "")))
        .isEqualTo(Map.of("from", Value.of(3L), "k", Value.of(3L)));
  }

  @Test
  void takesTheValueFromTheRequest() {
    assertThat(
            after(
                Map.of(),
                new ActionConfig("tenant", "insert", null, "", "metadata.X-Tenant", "", ""),
                new ActionConfig("peer", "insert", null, "", "client.address", "", ""),
                new ActionConfig("none", "insert", null, "", "metadata.absent", "", "")))
        .isEqualTo(Map.of("tenant", Value.of("a;b"), "peer", Value.of("10.0.0.7")));
  }

  @Test
  void deletesByKeyAndByPattern() {
    assertThat(
            after(
                Map.of(
                    "key",
                    Value.of(1L),
                    "pass.one",
                    Value.of(2L),
                    "pass.two",
                    Value.of(3L),
                    "rest",
                    Value.of(4L)),
                new ActionConfig("key", "delete", null, "", "", "^pass\\.", "")))
        .isEqualTo(Map.of("rest", Value.of(4L)));
  }

  @Test
  void hashesAsTheCollectorDoes() {
    assertThat(
            after(
                Map.of("s", Value.of("abc"), "i", Value.of(1L), "b", Value.of(true)),
                new ActionConfig("", "hash", null, "", "", "^[sib]$", "")))
        .isEqualTo(
            Map.of(
                "s",
                Value.of("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                "i",
                Value.of("7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8"),
                "b",
                Value.of("4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a")));
  }

  @Test
  void extractsNamedGroups() {
    assertThat(
            after(
                Map.of("url", Value.of("http://shop/cart?id=7")),
                new ActionConfig(
                    "url", "extract", null, "", "", "^(?P<scheme>\\w+)://(?P<host>\\w+)", "")))
        .isEqualTo(
            Map.of(
                "url", Value.of("http://shop/cart?id=7"),
                "scheme", Value.of("http"),
                "host", Value.of("shop")));
  }

  @Test
  void convertsAndLeavesWhatCannotBeConverted() {
    assertThat(
            after(
                Map.of("a", Value.of("12"), "b", Value.of("x"), "c", Value.of(2.9)),
                new ActionConfig("a", "convert", null, "", "", "", "int"),
                new ActionConfig("b", "convert", null, "", "", "", "double"),
                new ActionConfig("c", "convert", null, "", "", "", "int")))
        .isEqualTo(Map.of("a", Value.of(12L), "b", Value.of("x"), "c", Value.of(2L)));
  }

  @Test
  void namesEveryBrokenRule() {
    List<String> problems = new ArrayList<>();
    AttributeActions.validate(
        "actions",
        List.of(
            new ActionConfig("k", "insrt", "v", "", "", "", ""),
            new ActionConfig("", "insert", "v", "", "", "", ""),
            new ActionConfig("k", "insert", "v", "from", "", "", ""),
            new ActionConfig("k", "extract", null, "", "", "(a)", ""),
            new ActionConfig("k", "hash", null, "", "", "(", ""),
            new ActionConfig("k", "convert", null, "", "", "", "bool"),
            new ActionConfig("k", "upsert", null, "", "auth.name", "", "")),
        (key, message) -> problems.add(key + ": " + message));

    assertThat(problems)
        .containsExactly(
            "actions::0::action: \"insrt\" (expected: insert, update, upsert, delete, hash, extract"
                + " or convert)",
            "actions::1: no key (expected: key)",
            "actions::2: 2 sources of the value (expected: one of value, from_attribute,"
                + " from_context)",
            "actions::3::pattern: \"(a)\" (expected: at least one group, every group named)",
            "actions::4::pattern: \"(\" (expected: an RE2 regular expression; missing closing ))",
            "actions::5::converted_type: \"bool\" (expected: int, double or string)",
            "actions::6::from_context: auth.* is not supported (expected: metadata.<name>)");
  }

  private static ActionConfig write(String key, String action, @Nullable Object value) {
    return new ActionConfig(key, action, value, "", "", "", "");
  }

  private static Map<String, Value> after(Map<String, Value> before, ActionConfig... actions) {
    LogsBuilder builder = Logs.builder();
    var item = builder.record();
    before.forEach((key, value) -> item.put(AttributeKey.of(key), value));
    Batch batch = builder.build();
    AttributeActions compiled = AttributeActions.of(List.of(actions));
    Batch result =
        batch.edit(
            session ->
                session.forEachItem(
                    (group, scope, each) -> compiled.apply(each.attributes(), CONTEXT)));
    Map<String, Value> attributes = new LinkedHashMap<>();
    result.forEachItem(
        (group, scope, each) ->
            each.attributes().forEach(one -> attributes.put(one.key(), one.value())));
    return attributes;
  }
}
