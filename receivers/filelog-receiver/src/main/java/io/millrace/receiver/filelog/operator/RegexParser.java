package io.millrace.receiver.filelog.operator;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
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
  private final List<Part> parts = new ArrayList<>();

  private RegexParser(Pattern pattern) {
    this.pattern = pattern;
    this.quick = QuickSyntax.read(pattern.pattern());
    List<Map.Entry<String, Integer>> named = new ArrayList<>(pattern.namedGroups().entrySet());
    named.sort(Map.Entry.comparingByValue());
    this.groups = List.copyOf(named);
    if (quick != null) {
      for (Map.Entry<String, Integer> group : groups) {
        parts.add(new Part(group.getKey(), quick.groups().get(group.getValue() - 1)));
      }
    }
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
  public void parse(@Nullable Object given, Entry entry, Field to) throws OperatorException {
    // RE2/J throws on some bytes that are no ASCII, "^(.)$" on two characters among them.
    Object value = given instanceof byte[] raw ? Text.decode(raw, 0, raw.length) : given;
    if (quick != null) {
      Text text = Values.asText(value);
      int[] places = text == null ? null : quick.pattern().find(text);
      if (text != null && places != null) {
        put(text, places, entry, to);
        return;
      }
    }
    Matcher matcher =
        switch (value) {
          case String text -> pattern.matcher(text);
          case Text text -> pattern.matcher(text.toString());
          case null, default ->
              throw new OperatorException(Values.typeOf(value) + " cannot be matched");
        };
    if (!matcher.find()) {
      throw new OperatorException("the expression does not match");
    }
    Map<String, Object> found = new Members();
    for (Map.Entry<String, Integer> named : groups) {
      String part = matcher.group(named.getValue());
      found.put(named.getKey(), part == null ? "" : part);
    }
    to.set(entry, found);
  }

  /** Puts the groups as parts of a text's bytes. */
  private void put(Text text, int[] places, Entry entry, Field to) throws OperatorException {
    if (places.length == 0) {
      throw new OperatorException("the expression does not match");
    }
    // The resource keeps no parts of a line, which set sees to.
    boolean kept = to.root() == Field.Root.RESOURCE;
    Map<String, Object> found = kept ? new Members() : to.map(entry);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      int from = places[part.place.begin()];
      found.put(part.name, Text.of(text.bytes(), from, places[part.place.end()]));
    }
    if (kept) {
      to.set(entry, found);
    }
  }

  private record Part(String name, QuickSyntax.Group place) {}
}
