package io.millrace.processor.attributes;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Required;
import io.millrace.api.config.Tuning;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which items an {@code include} or {@code exclude} means. Every list that is not empty must match;
 * of names any, of attributes, resources and libraries all as the Collector has it.
 */
public record MatchConfig(
    @Doc("How texts are compared: strict or regexp (RE2, anywhere in the text).") @Required
        MatchType matchType,
    @Doc("The Collector's cache of regular expressions.")
        @Default("{}")
        @Tuning("regular expressions need no cache here")
        Map<String, Object> regexp,
    @Doc("Values of the resource attribute service.name; any of them.") @Default("[]")
        List<String> services,
    @Doc("Span names; any of them. Only spans match.") @Default("[]") List<String> spanNames,
    @Doc("Span kinds such as SPAN_KIND_SERVER; any of them. Only spans match.") @Default("[]")
        List<String> spanKinds,
    @Doc("Bodies that are strings; any of them. Only log records match.") @Default("[]")
        List<String> logBodies,
    @Doc("Severity texts; any of them. Only log records match.") @Default("[]")
        List<String> logSeverityTexts,
    @Doc("Least severity. Only log records match.") @Nullable SeverityConfig logSeverityNumber,
    @Doc("Metric names; any of them. Only data points match.") @Default("[]")
        List<String> metricNames,
    @Doc("Attributes of the item; all of them. Without a value it is enough that the key exists.")
        @Default("[]")
        List<AttributeConfig> attributes,
    @Doc("Attributes of the resource; all of them.") @Default("[]") List<AttributeConfig> resources,
    @Doc("Instrumentation scopes; any of them.") @Default("[]") List<LibraryConfig> libraries) {

  /** How texts are compared. */
  public enum MatchType {
    STRICT,
    REGEXP
  }

  /** A least severity. */
  public record SeverityConfig(
      @Doc("Least severity number, 1 (TRACE) to 24 (FATAL4).")
          @Default("0")
          @Range(min = "0", max = "24")
          int min,
      @Doc("Whether records without a severity match.") @Default("false") boolean matchUndefined) {}

  /** A key and the value wanted. */
  public record AttributeConfig(
      @Doc("The attribute's key.") @Required String key,
      @Doc("The value wanted; absent means any.") @Nullable Object value) {}

  /** An instrumentation scope. */
  public record LibraryConfig(
      @Doc("The scope's name.") @Required String name,
      @Doc("The scope's version; absent means any.") @Nullable String version) {}

  void validate(String place, Problems problems) {
    boolean empty =
        services.isEmpty()
            && spanNames.isEmpty()
            && spanKinds.isEmpty()
            && logBodies.isEmpty()
            && logSeverityTexts.isEmpty()
            && logSeverityNumber == null
            && metricNames.isEmpty()
            && attributes.isEmpty()
            && resources.isEmpty()
            && libraries.isEmpty();
    if (empty) {
      problems.add(
          place,
          "nothing to match (expected: at least one of services, span_names, span_kinds, log_bodies,"
              + " log_severity_texts, log_severity_number, metric_names, attributes, resources,"
              + " libraries)");
    }
    if (matchType == MatchType.REGEXP) {
      Map.of(
              "services", services,
              "span_names", spanNames,
              "span_kinds", spanKinds,
              "log_bodies", logBodies,
              "log_severity_texts", logSeverityTexts,
              "metric_names", metricNames)
          .forEach((key, patterns) -> validatePatterns(place + "::" + key, patterns, problems));
    }
  }

  private static void validatePatterns(String key, List<String> patterns, Problems problems) {
    for (int i = 0; i < patterns.size(); i++) {
      try {
        Pattern _ = Pattern.compile(patterns.get(i));
      } catch (PatternSyntaxException e) {
        problems.add(
            key + "::" + i,
            "\""
                + patterns.get(i)
                + "\" (expected: an RE2 regular expression; "
                + e.getDescription()
                + ")");
      }
    }
  }
}
