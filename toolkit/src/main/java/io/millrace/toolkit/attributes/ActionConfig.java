package io.millrace.toolkit.attributes;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Required;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a list of actions, as the Collector has it.
 *
 * @see AttributeActions
 */
public record ActionConfig(
    @Doc("The attribute to act on. delete and hash may have a pattern instead.") @Default("")
        String key,
    @Doc(
            "What to do: insert (only when absent), update (only when present), upsert, delete, hash"
                + " (SHA-256 as hex), extract (named groups of pattern become attributes), convert."
                + " Upper case is accepted.")
        @Required
        String action,
    @Doc("The value for insert, update and upsert.") @Nullable Object value,
    @Doc("The attribute to take the value from; no action when it is absent.") @Default("")
        String fromAttribute,
    @Doc(
            "What to take the value from of the request: metadata.<header>, client.address. No action"
                + " when it is absent. auth.* is not supported.")
        @Default("")
        String fromContext,
    @Doc(
            "RE2 regular expression: for delete and hash matched against keys, for extract against"
                + " the value, with named groups only.")
        @Default("")
        String pattern,
    @Doc("Target type of convert: int, double or string.") @Default("") String convertedType) {

  private static final Set<String> ACTIONS =
      Set.of("insert", "update", "upsert", "delete", "hash", "extract", "convert");
  private static final Set<String> TYPES = Set.of("int", "double", "string");

  /** The action in lower case. */
  String verb() {
    return action.toLowerCase(Locale.ROOT);
  }

  /**
   * Reports what is wrong with this entry.
   *
   * @param place where the entry stands in the record that holds it, list and position
   */
  void validate(String place, Problems problems) {
    String verb = verb();
    if (!ACTIONS.contains(verb)) {
      problems.add(
          place + "::action",
          "\""
              + action
              + "\" (expected: insert, update, upsert, delete, hash, extract or convert)");
      return;
    }
    boolean byPattern = verb.equals("delete") || verb.equals("hash");
    if (key.isEmpty() && (!byPattern || pattern.isEmpty())) {
      problems.add(place, "no key (expected: key" + (byPattern ? " or pattern" : "") + ")");
    }
    boolean writes = verb.equals("insert") || verb.equals("update") || verb.equals("upsert");
    int sources =
        (value == null ? 0 : 1)
            + (fromAttribute.isEmpty() ? 0 : 1)
            + (fromContext.isEmpty() ? 0 : 1);
    if (writes && sources != 1) {
      problems.add(
          place,
          sources + " sources of the value (expected: one of value, from_attribute, from_context)");
    }
    if (!writes && sources != 0) {
      problems.add(place, verb + " uses no value, from_attribute or from_context (expected: none)");
    }
    if (fromContext.startsWith("auth.")) {
      problems.add(place + "::from_context", "auth.* is not supported (expected: metadata.<name>)");
    }
    validatePattern(place, verb, byPattern, problems);
    if (verb.equals("convert") && !TYPES.contains(convertedType)) {
      problems.add(
          place + "::converted_type",
          "\"" + convertedType + "\" (expected: int, double or string)");
    }
    if (!verb.equals("convert") && !convertedType.isEmpty()) {
      problems.add(place + "::converted_type", verb + " uses no converted_type (expected: none)");
    }
  }

  private void validatePattern(String place, String verb, boolean byPattern, Problems problems) {
    boolean extract = verb.equals("extract");
    if (pattern.isEmpty()) {
      if (extract) {
        problems.add(place, "no pattern (expected: a pattern with named groups)");
      }
      return;
    }
    if (!byPattern && !extract) {
      problems.add(place + "::pattern", verb + " uses no pattern (expected: none)");
      return;
    }
    try {
      com.google.re2j.Pattern compiled = com.google.re2j.Pattern.compile(pattern);
      if (extract
          && (compiled.groupCount() == 0
              || compiled.namedGroups().size() != compiled.groupCount())) {
        problems.add(
            place + "::pattern",
            "\"" + pattern + "\" (expected: at least one group, every group named)");
      }
    } catch (com.google.re2j.PatternSyntaxException e) {
      problems.add(
          place + "::pattern",
          "\"" + pattern + "\" (expected: an RE2 regular expression; " + e.getDescription() + ")");
    }
  }
}
