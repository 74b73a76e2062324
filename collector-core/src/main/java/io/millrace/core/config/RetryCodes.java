package io.millrace.core.config;

import io.millrace.api.component.ExporterFactory;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Sequence;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@code retry_codes} and {@code reject_codes} of an exporter against the codes that its
 * outcomes can carry. Immutable.
 */
final class RetryCodes {
  private static final int FEW = 20;

  private final @Nullable Mapping section;
  private final String path;
  private final Set<String> known;
  private final Diagnostics diagnostics;

  private RetryCodes(
      @Nullable Mapping section, String path, Set<String> known, Diagnostics diagnostics) {
    this.section = section;
    this.path = path;
    this.known = known;
    this.diagnostics = diagnostics;
  }

  /**
   * Reports every code that there is not.
   *
   * @param exporter what the user wrote
   * @param path the exporter's, for messages
   */
  static void check(
      DeliveryKeys.RetryKeys keys,
      Mapping exporter,
      String path,
      ExporterFactory<?> factory,
      Diagnostics diagnostics) {
    if (keys.retryCodes().isEmpty() && keys.rejectCodes().isEmpty()) {
      return;
    }
    ConfigNode section = exporter.get("retry_on_failure");
    RetryCodes codes =
        new RetryCodes(
            section instanceof Mapping map ? map : null,
            path + ".retry_on_failure",
            new TreeSet<>(factory.codes()),
            diagnostics);
    codes.check("retry_codes", DeliveryKeys.texts(keys.retryCodes()), exporter.place());
    codes.check("reject_codes", DeliveryKeys.texts(keys.rejectCodes()), exporter.place());
  }

  private void check(String key, List<String> codes, Place otherwise) {
    ConfigNode list = section == null ? null : section.get(key);
    for (int i = 0; i < codes.size(); i++) {
      if (known.contains(codes.get(i))) {
        continue;
      }
      Place place = list == null ? otherwise : list.place();
      String full = path + "." + key;
      if (list instanceof Sequence items) {
        place = items.items().get(i).place();
        full += "[" + i + "]";
      }
      diagnostics.error(place, full, "\"" + codes.get(i) + "\"" + expected(codes.get(i)));
    }
  }

  private String expected(String code) {
    if (known.isEmpty()) {
      return " (expected: nothing, as this exporter's destination gives no codes)";
    }
    if (known.size() <= FEW) {
      return Words.expected(code, known);
    }
    String example = known.iterator().next();
    return Words.nearest(code, known)
        .map(near -> " (did you mean \"" + near + "\"?)")
        .orElse(" (expected: a code of this exporter's destination, such as " + example + ")");
  }
}
