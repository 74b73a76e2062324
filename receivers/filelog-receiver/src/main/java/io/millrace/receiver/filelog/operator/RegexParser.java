package io.millrace.receiver.filelog.operator;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a text apart by the named groups of an RE2 expression. Immutable. */
final class RegexParser implements ParserStep.Format {
  private final Pattern pattern;
  private final List<Map.Entry<String, Integer>> groups;

  private RegexParser(Pattern pattern) {
    this.pattern = pattern;
    List<Map.Entry<String, Integer>> named = new ArrayList<>(pattern.namedGroups().entrySet());
    named.sort(Map.Entry.comparingByValue());
    this.groups = List.copyOf(named);
  }

  static RegexParser of(Options options) {
    // A cache of results only tunes, and there is none.
    options.value("cache");
    String regex = options.requiredText("regex");
    try {
      Pattern pattern = Pattern.compile(regex);
      if (pattern.namedGroups().isEmpty() && !regex.isEmpty()) {
        options.problem("regex", "\"" + regex + "\" (expected: at least one group (?P<name>...))");
      }
      return new RegexParser(pattern);
    } catch (PatternSyntaxException e) {
      options.problem(
          "regex", "\"" + regex + "\" (expected: an RE2 expression; " + e.getMessage() + ")");
      return new RegexParser(Pattern.compile(""));
    }
  }

  @Override
  public Map<String, Object> parse(@Nullable Object value) throws OperatorException {
    Matcher matcher =
        switch (value) {
          case String text -> pattern.matcher(text);
          case byte[] bytes -> pattern.matcher(bytes);
          case null, default ->
              throw new OperatorException(Values.typeOf(value) + " cannot be matched");
        };
    if (!matcher.find()) {
      throw new OperatorException("the expression does not match");
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> group : groups) {
      String part = matcher.group(group.getValue());
      parts.put(group.getKey(), part == null ? "" : part);
    }
    return parts;
  }
}
