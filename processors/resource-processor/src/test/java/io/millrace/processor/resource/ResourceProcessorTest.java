package io.millrace.processor.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.toolkit.attributes.ActionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceProcessorTest {

  @Test
  void actsOnEveryResourceAndLeavesTheRest() {
    LogsBuilder builder = Logs.builder();
    builder.resource(resource -> resource.put("keep", io.millrace.api.telemetry.Value.of("k")));
    builder.record().put(AttributeKey.of("keep"), "item");
    builder.resource(resource -> resource.put("old", io.millrace.api.telemetry.Value.of("o")));
    builder.record().put(AttributeKey.of("old"), "item");
    Batch batch = builder.build();

    Batch result =
        new ResourceProcessor(
                new ResourceProcessorConfig(
                    List.of(
                        new ActionConfig("env", "insert", "demo", "", "", "", ""),
                        new ActionConfig("old", "delete", null, "", "", "", ""))))
            .process(batch, RequestContext.local(1));

    List<Map<String, String>> resources = new ArrayList<>();
    result.groups().forEach(group -> resources.add(texts(group.resource().attributes())));
    assertThat(resources)
        .containsExactly(Map.of("keep", "k", "env", "demo"), Map.of("env", "demo"));
    List<Map<String, String>> items = new ArrayList<>();
    result.forEachItem((group, scope, item) -> items.add(texts(item.attributes())));
    assertThat(items).containsExactly(Map.of("keep", "item"), Map.of("old", "item"));
  }

  private static Map<String, String> texts(Iterable<Attribute> attributes) {
    Map<String, String> texts = new LinkedHashMap<>();
    attributes.forEach(each -> texts.put(each.key(), each.value().asText()));
    return texts;
  }
}
