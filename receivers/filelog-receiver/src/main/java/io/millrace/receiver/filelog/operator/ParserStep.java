package io.millrace.receiver.filelog.operator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a field apart, puts the parts somewhere, and looks for time, severity and scope in the
 * result. Immutable.
 */
final class ParserStep implements Step {
  private final Field from;
  private final Field to;
  private final @Nullable Field body;
  private final Format format;
  private final List<Step> embedded;

  private ParserStep(
      Field from, Field to, @Nullable Field body, Format format, List<Step> embedded) {
    this.from = from;
    this.to = to;
    this.body = body;
    this.format = format;
    this.embedded = List.copyOf(embedded);
  }

  static ParserStep of(Options options, Format format) {
    Field from = options.field("parse_from", Field.BODY);
    Field to = options.field("parse_to", Field.ATTRIBUTES);
    Field body = options.has("body") ? options.field("body", Field.BODY) : null;
    if (body != null && to.equals(Field.BODY)) {
      options.problem("body", "cannot stand beside parse_to: body (expected: one of the two)");
    }
    List<Step> embedded = new ArrayList<>();
    Options timestamp = options.section("timestamp");
    if (timestamp != null) {
      embedded.add(TimeParser.of(timestamp));
      timestamp.finish();
    }
    Options severity = options.section("severity");
    if (severity != null) {
      embedded.add(SeverityParser.of(severity));
      severity.finish();
    }
    Options scopeName = options.section("scope_name");
    if (scopeName != null) {
      embedded.add(ScopeNameParser.of(scopeName));
      scopeName.finish();
    }
    options.notSupported("trace", "trace ids cannot be parsed");
    return new ParserStep(from, to, body, format, embedded);
  }

  @Override
  public void apply(Entry entry) throws OperatorException {
    if (!from.exists(entry)) {
      throw new OperatorException("the entry has no " + from);
    }
    format.parse(from.get(entry), entry, to);
    if (body != null && body.exists(entry)) {
      entry.body(body.get(entry));
    }
    OperatorException failure = null;
    for (Step step : embedded) {
      try {
        step.apply(entry);
      } catch (OperatorException e) {
        // The others have their try, as in the Collector.
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Takes a value apart. Thread-safe. */
  @FunctionalInterface
  interface Format {

    /**
     * Puts the parts of a value into a field.
     *
     * @throws OperatorException when it has not the format; nothing was put then
     */
    void parse(@Nullable Object value, Entry entry, Field to) throws OperatorException;
  }
}
