package io.millrace.core.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Which dead letters somebody wants to be handed on again. Immutable.
 *
 * @param components names such as {@code exporter:kafka/a} or ids such as {@code kafka/a}; empty
 *     for all
 * @param reasons texts of which one must be in the reason, whatever its case; empty for any
 */
public record ReplayRequest(List<String> components, List<String> reasons) {

  public ReplayRequest {
    components = List.copyOf(components);
    reasons = List.copyOf(reasons);
  }

  /** Whether it asks for a letter, be it one that can be replayed or not. */
  public boolean asksFor(StoredLetter letter) {
    return asksFor(letter.component())
        && (reasons.isEmpty()
            || reasons.stream().anyMatch(text -> contains(letter.reason(), text)));
  }

  private boolean asksFor(String component) {
    String id = component.substring(component.indexOf(':') + 1);
    return components.isEmpty() || components.contains(component) || components.contains(id);
  }

  /** Without regard to case, in no language: reasons quote what programs write. */
  private static boolean contains(String reason, String text) {
    for (int i = 0; i + text.length() <= reason.length(); i++) {
      if (reason.regionMatches(true, i, text, 0, text.length())) {
        return true;
      }
    }
    return false;
  }

  byte[] toJson() {
    Json json = new Json().begin().beginList("components");
    components.forEach(json::item);
    json.endList().beginList("reasons");
    reasons.forEach(json::item);
    return json.endList().end().newLine().toString().getBytes(StandardCharsets.UTF_8);
  }

  static ReplayRequest read(byte[] bytes) throws IOException {
    JsonCursor json = new JsonCursor(bytes, bytes.length).take('{');
    List<String> components = List.of();
    List<String> reasons = List.of();
    do {
      switch (json.name()) {
        case "components" -> components = texts(json);
        case "reasons" -> reasons = texts(json);
        case String other -> throw new IOException("Unknown field of a request: " + other);
      }
    } while (json.tryTake(','));
    json.take('}');
    return new ReplayRequest(components, reasons);
  }

  private static List<String> texts(JsonCursor json) throws IOException {
    List<String> texts = new ArrayList<>();
    json.take('[');
    while (!json.tryTake(']')) {
      json.tryTake(',');
      texts.add(json.text());
    }
    return texts;
  }
}
