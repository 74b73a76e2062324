package io.millrace.receiver.filelog.operator;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text apart by the named groups of an RE2 expression. Immutable.
 *
 * <p>RE2/J simulates all ways of matching at once, twice for groups, which measured was three
 * quarters of the agent's time; {@link QuickPattern} takes what it can off it.
 */
final class RegexParser implements ParserStep.Format {
  private final Pattern pattern;
  private final @Nullable QuickPattern quick;
  private final List<Map.Entry<String, Integer>> groups;

  private RegexParser(Pattern pattern) {
    this.pattern = pattern;
    this.quick = QuickPattern.of(pattern.pattern());
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
    if (quick != null && value instanceof String text) {
      MatchResult match = quick.find(text);
      if (match != null) {
        return parts(match.hasMatch(), match::group);
      }
    }
    Matcher matcher =
        switch (value) {
          case String text -> pattern.matcher(text);
          case byte[] bytes -> pattern.matcher(bytes);
          case null, default ->
              throw new OperatorException(Values.typeOf(value) + " cannot be matched");
        };
    return parts(matcher.find(), matcher::group);
  }

  private Map<String, Object> parts(boolean matches, IntFunction<@Nullable String> group)
      throws OperatorException {
    if (!matches) {
      throw new OperatorException("the expression does not match");
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> named : groups) {
      String part = group.apply(named.getValue());
      parts.put(named.getKey(), part == null ? "" : part);
    }
    return parts;
  }
}
