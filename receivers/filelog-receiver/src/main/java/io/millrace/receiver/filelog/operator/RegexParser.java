package io.millrace.receiver.filelog.operator;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a text apart by the named groups of an RE2 expression. Immutable.
 *
 * <p>RE2/J simulates all ways of matching at once, twice for groups, which measured was three
 * quarters of the agent's time; {@link QuickPattern} takes what it can off it, and groups are then
 * parts of the text's bytes.
 */
final class RegexParser implements ParserStep.Format {
  private final Pattern pattern;
  private final QuickSyntax.@Nullable Meaning quick;
  private final List<Map.Entry<String, Integer>> groups;

  private RegexParser(Pattern pattern) {
    this.pattern = pattern;
    this.quick = QuickSyntax.read(pattern.pattern());
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
    if (quick != null) {
      Text text = text(value);
      int[] places = text == null ? null : quick.pattern().find(text);
      if (text != null && places != null) {
        return parts(text, places, quick.groups());
      }
    }
    Matcher matcher =
        switch (value) {
          case String text -> pattern.matcher(text);
          case Text text -> pattern.matcher(text.toString());
          case byte[] bytes -> pattern.matcher(bytes);
          case null, default ->
              throw new OperatorException(Values.typeOf(value) + " cannot be matched");
        };
    if (!matcher.find()) {
      throw new OperatorException("the expression does not match");
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> named : groups) {
      String part = matcher.group(named.getValue());
      parts.put(named.getKey(), part == null ? "" : part);
    }
    return parts;
  }

  private Map<String, Object> parts(Text text, int[] places, List<QuickSyntax.Group> ends)
      throws OperatorException {
    if (places.length == 0) {
      throw new OperatorException("the expression does not match");
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> named : groups) {
      QuickSyntax.Group group = ends.get(named.getValue() - 1);
      Text part = Text.of(text.bytes(), places[group.begin()], places[group.end()]);
      parts.put(named.getKey(), part);
    }
    return parts;
  }

  /** The text to match; null when it is none, or one whose bytes may say something else. */
  private static @Nullable Text text(@Nullable Object value) {
    if (value instanceof Text text) {
      return text;
    }
    return value instanceof String text && !hasSurrogates(text) ? Text.of(text) : null;
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
