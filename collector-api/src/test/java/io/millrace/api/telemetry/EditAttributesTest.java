package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes of attributes: their order, and many of them. */
class EditAttributesTest {
  private static final AttributeKey A = AttributeKey.of("a");

  @Test
  void keepsThePlaceOfAKeyAndAddsNewOnesLast() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().put(A, "1").put(AttributeKey.of("b"), "2").put(AttributeKey.of("c"), "3");
    Batch edited =
        builder
            .build()
            .edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) -> {
                          EditableAttributes attributes = item.attributes();
                          attributes.put("new", Value.of(4));
                          attributes.put(A, Value.of("one"));
                          assertThat(attributes.rename("c", "new")).isTrue();
                          assertThat(attributes.remove("b")).isTrue();
                          assertThat(attributes.remove("b")).isFalse();
                          attributes.put("b", Value.of("last"));
                          assertThat(attributes.contains("c")).isFalse();
                          assertThat(attributes.size()).isEqualTo(3);
                        }));
    List<String> found = new ArrayList<>();
    edited.forEachItem(
        (group, scope, item) ->
            item.attributes().forEach(a -> found.add(a.key() + "=" + a.value().asText())));
    assertThat(found).containsExactly("a=one", "new=3", "b=last");
  }

  @Test
  void putsWhatIsAbsentAndLeavesWhatIsThere() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().put(A, "1");
    Batch batch = builder.build();
    AttributeKey added = AttributeKey.of("added");
    assertThat(
            batch.edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) ->
                            assertThat(item.attributes().putIfAbsent(A, Value.of("2"))).isFalse())))
        .isSameAs(batch);
    Batch edited =
        batch.edit(
            session ->
                session.forEachItem(
                    (group, scope, item) -> {
                      EditableAttributes attributes = item.attributes();
                      assertThat(attributes.putIfAbsent(added, Value.of("new"))).isTrue();
                      assertThat(attributes.putIfAbsent(added, Value.of("newer"))).isFalse();
                      attributes.remove(A);
                      assertThat(attributes.putIfAbsent(A, Value.of("again"))).isTrue();
                    }));
    List<String> found = new ArrayList<>();
    edited.forEachItem(
        (group, scope, item) ->
            item.attributes().forEach(a -> found.add(a.key() + "=" + a.value().asText())));
    assertThat(found).containsExactly("added=new", "a=again");
  }

  @Test
  void bearsManyChangesOfOneItem() throws Exception {
    LogsBuilder builder = Logs.builder();
    builder.record().body(Value.of("x"));
    Batch edited =
        builder
            .build()
            .edit(
                session ->
                    session.forEachItem(
                        (group, scope, item) -> {
                          for (int i = 0; i < 300; i++) {
                            item.attributes().put("k" + i, Value.of(i));
                          }
                          for (int i = 0; i < 300; i += 2) {
                            item.attributes().remove("k" + i);
                          }
                          for (int i = 1; i < 300; i += 2) {
                            item.attributes().rename("k" + i, "r" + i);
                          }
                          assertThat(item.attributes().size()).isEqualTo(150);
                          item.attributes().clear();
                          item.attributes().put("only", Value.of(true));
                        }));
    edited.forEachItem(
        (group, scope, item) -> {
          assertThat(item.attributes()).hasSize(1);
          assertThat(((LogRecord) item).body()).isEqualTo(Value.of("x"));
        });
  }
}
