package io.millrace.processor.attributes;

import com.google.re2j.Pattern;
import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.Value;
import io.millrace.api.telemetry.ValueType;
import io.millrace.processor.attributes.MatchConfig.AttributeConfig;
import io.millrace.processor.attributes.MatchConfig.LibraryConfig;
import io.millrace.processor.attributes.MatchConfig.MatchType;
import io.millrace.processor.attributes.MatchConfig.SeverityConfig;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A {@link MatchConfig}, compiled. Immutable and thread-safe. */
final class ItemMatcher {
  private static final AttributeKey SERVICE_NAME = AttributeKey.of("service.name");
  private static final List<String> KINDS =
      List.of("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER");

  private final MatchConfig config;
  private final @Nullable Predicate<String> services;
  private final @Nullable Predicate<String> spanNames;
  private final @Nullable Predicate<String> spanKinds;
  private final @Nullable Predicate<String> logBodies;
  private final @Nullable Predicate<String> severityTexts;
  private final @Nullable Predicate<String> metricNames;
  private final List<AttributeMatch> attributes;
  private final List<AttributeMatch> resources;
  private final List<LibraryMatch> libraries;

  ItemMatcher(MatchConfig config) {
    this.config = config;
    this.services = anyOf(config.services());
    this.spanNames = anyOf(config.spanNames());
    this.spanKinds = anyOf(config.spanKinds());
    this.logBodies = anyOf(config.logBodies());
    this.severityTexts = anyOf(config.logSeverityTexts());
    this.metricNames = anyOf(config.metricNames());
    this.attributes = config.attributes().stream().map(this::attribute).toList();
    this.resources = config.resources().stream().map(this::attribute).toList();
    this.libraries = config.libraries().stream().map(this::library).toList();
  }

  boolean matches(Attributes resource, String scopeName, String scopeVersion, Item item) {
    return matchesOrigin(resource, scopeName, scopeVersion)
        && matchesKind(item)
        && attributes.stream().allMatch(attribute -> attribute.matches(item.attributes()));
  }

  private boolean matchesOrigin(Attributes resource, String scopeName, String scopeVersion) {
    if (services != null) {
      Value service = resource.get(SERVICE_NAME);
      if (service == null || !services.test(service.asText())) {
        return false;
      }
    }
    return resources.stream().allMatch(attribute -> attribute.matches(resource))
        && (libraries.isEmpty()
            || libraries.stream().anyMatch(library -> library.matches(scopeName, scopeVersion)));
  }

  private boolean matchesKind(Item item) {
    if (item instanceof Span span) {
      return isAny(spanNames, span.name())
          && isAny(spanKinds, kind(span.kind()))
          && isNoLogMatch()
          && metricNames == null;
    }
    if (item instanceof LogRecord log) {
      return (logBodies == null
              || (log.body().type() == ValueType.STRING
                  && logBodies.test(log.body().stringValue())))
          && isAny(severityTexts, log.severityText())
          && matchesSeverity(log.severityNumber())
          && isNoSpanMatch()
          && metricNames == null;
    }
    return item instanceof DataPoint point
        && isAny(metricNames, point.metric().name())
        && isNoSpanMatch()
        && isNoLogMatch();
  }

  private boolean isNoSpanMatch() {
    return spanNames == null && spanKinds == null;
  }

  private boolean isNoLogMatch() {
    return logBodies == null && severityTexts == null && config.logSeverityNumber() == null;
  }

  private boolean matchesSeverity(int number) {
    SeverityConfig severity = config.logSeverityNumber();
    return severity == null || (number == 0 ? severity.matchUndefined() : number >= severity.min());
  }

  private static boolean isAny(@Nullable Predicate<String> wanted, String text) {
    return wanted == null || wanted.test(text);
  }

  private static String kind(int number) {
    return "SPAN_KIND_" + KINDS.get(number < 0 || number >= KINDS.size() ? 0 : number);
  }

  private @Nullable Predicate<String> anyOf(List<String> wanted) {
    return wanted.isEmpty()
        ? null
        : wanted.stream().map(this::text).reduce(Predicate::or).orElseThrow();
  }

  private Predicate<String> text(String wanted) {
    if (config.matchType() == MatchType.STRICT) {
      return wanted::equals;
    }
    Pattern pattern = Pattern.compile(wanted);
    return text -> pattern.matcher(text).find();
  }

  private AttributeMatch attribute(AttributeConfig wanted) {
    Object value = wanted.value();
    return new AttributeMatch(
        AttributeKey.of(wanted.key()), value == null ? null : text(String.valueOf(value)));
  }

  private LibraryMatch library(LibraryConfig wanted) {
    String version = wanted.version();
    return new LibraryMatch(text(wanted.name()), version == null ? null : text(version));
  }

  private record AttributeMatch(AttributeKey key, @Nullable Predicate<String> wanted) {
    boolean matches(Attributes attributes) {
      Value value = attributes.get(key);
      return value != null && (wanted == null || wanted.test(value.asText()));
    }
  }

  private record LibraryMatch(Predicate<String> name, @Nullable Predicate<String> version) {
    boolean matches(String scopeName, String scopeVersion) {
      return name.test(scopeName) && (version == null || version.test(scopeVersion));
    }
  }
}
