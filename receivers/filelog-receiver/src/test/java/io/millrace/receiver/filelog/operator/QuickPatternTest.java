package io.millrace.receiver.filelog.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against RE2/J, which is right by definition. */
class QuickPatternTest {
  private static final List<String> ONES =
      List.of(
          "a",
          "b",
          "-",
          " ",
          "\\.",
          "\\-",
          "\\_",
          "\\\"",
          "\\t",
          "\\n",
          ".",
          "\\d",
          "\\D",
          "\\w",
          "\\W",
          "\\s",
          "\\S",
          "[a]",
          "[ab]",
          "[^a]",
          "[a-c]",
          "[-a]",
          "[a-]",
          "[^-a]",
          "[\\w.]",
          "[^\\s\\]]",
          "[\\d-]",
          "[^\\n]",
          "[a-c\\d_]",
          "[^\\d]",
          "[\\^a]",
          "[.*+]",
          "[!-/]");
  private static final List<String> REPEATS =
      List.of(
          "", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{1,}?",
          "{0,2}?");
  private static final String ALPHABET = "aabbcc1 -_.\"]\t\n\r\u000b\u0085\u2028é^A*";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^(?P<host>[\\w\\.]+) - (?P<user>[\\w]+) \\[(?P<time>.*)\\] \"(?P<path>.*)\" (\\d+)$",
        "(?P<key>[^=]+)=(?P<value>\\S*)",
        "^(?P<time>[^ Z]+Z) (?P<stream>stdout|stderr) (?P<logtag>[^ ]*) ?(?P<log>.*)$",
        "^(?P<id>[0-9a-f]{8}-[0-9a-f]{4,}) (?:x(?P<rest>.*?))y",
      })
  void knowsWhatItTakes(String re2) {
    assertThat(QuickSyntax.read(re2)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a|b",
        "(a|)b",
        "(|a)b",
        "(a||b)",
        "(a+|b)",
        "(a|(b))",
        "(a|b)*",
        "(?:a|b$)",
        "(^|a)",
        "(a)*",
        "(?:ab)+",
        "(a){2}",
        "(?i)a",
        "(?i:a)",
        "(?s).",
        "\\bword",
        "\\Aa",
        "a\\z",
        "\\pL",
        "[[:alpha:]]",
        "[[a]",
        "[\\D]",
        "[]a]",
        "é",
        "\\x41",
        "\\101",
        "\\Qa.b\\E",
        "a^",
        "(^a)",
        "(a$)",
        "a$b",
        "^*a",
        "a{,2}",
        "a{2",
        "a{201}",
        "a{1,300}",
        "{",
        "]",
        "[a-\\d]",
      })
  void leavesTheRestToRe2(String re2) {
    assertThat(QuickSyntax.read(re2)).isNull();
  }

  @Test
  void decidesLikeRe2() {
    Random random = new Random(11);
    int matches = 0;
    int undecided = 0;
    for (int i = 0; i < 20_000; i++) {
      String re2 = expression(random);
      Pattern oracle = Pattern.compile(re2);
      QuickSyntax.Meaning quick = meaning(re2);
      for (int j = 0; j < 10; j++) {
        Text text = partOfMore(text(random), random);
        int[] found = quick.pattern().find(text);
        if (found == null) {
          undecided++;
          continue;
        }
        List<String> groups = groups(oracle, text);
        matches += groups.isEmpty() ? 0 : 1;
        assertThat(groups(found, quick)).as("%s in \"%s\"", re2, text).isEqualTo(groups);
      }
    }
    assertThat(matches).isBetween(20_000, 180_000);
    assertThat(undecided).isLessThan(200);
  }

  @Test
  void givesUpBeforeItTakesLong() throws Exception {
    String re2 = "^(?P<a>.*)a(?P<b>.*)a(?P<c>.*)a(?P<d>.*)a(?P<e>.*)b$";
    String text = "a".repeat(3000);
    QuickPattern quick = meaning(re2).pattern();
    assertThat(quick.find(Text.of(text))).isNull();
    assertThat(quick.find(Text.of("aaaab"))).isNotEmpty();
    assertThat(Pattern.compile(re2).matcher(text).find()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"^.*$", "^.+?$", "^.{1,}$", "^(?P<a>\\D*)(?P<b>\\D{0,200})$"})
  void isNotRecursiveInTheText(String re2) {
    Text mixed = Text.of("a\ud83d\ude00".repeat(200_000));
    int[] found = meaning(re2).pattern().find(mixed);
    assertThat(Objects.requireNonNull(found)).endsWith(mixed.to());
  }

  private static QuickSyntax.Meaning meaning(String re2) {
    return Objects.requireNonNull(QuickSyntax.read(re2), re2);
  }

  /** Where the whole match and each group lie; empty when there is no match. */
  private static List<String> groups(int[] places, QuickSyntax.Meaning quick) {
    List<String> groups = new ArrayList<>();
    if (places.length > 0) {
      groups.add(places[0] + "-" + places[places.length - 1]);
      quick
          .groups()
          .forEach(group -> groups.add(places[group.begin()] + "-" + places[group.end()]));
    }
    return groups;
  }

  private static List<String> groups(Pattern oracle, Text text) {
    String string = text.toString();
    Matcher matcher = oracle.matcher(string);
    List<String> groups = new ArrayList<>();
    if (matcher.find()) {
      for (int group = 0; group <= matcher.groupCount(); group++) {
        int begin = text.from() + Text.of(string.substring(0, matcher.start(group))).length();
        int end = text.from() + Text.of(string.substring(0, matcher.end(group))).length();
        groups.add(begin + "-" + end);
      }
    }
    return groups;
  }

  /** A text between two others that would match as well. */
  private static Text partOfMore(String text, Random random) {
    int before = Text.of(text(random)).length();
    byte[] all = ("a".repeat(before) + text + text(random)).getBytes(StandardCharsets.UTF_8);
    return Text.of(all, before, before + Text.of(text).length());
  }

  private static String expression(Random random) {
    StringBuilder re2 = new StringBuilder(random.nextBoolean() ? "^" : "");
    int open = 0;
    for (int parts = 1 + random.nextInt(8); parts > 0; parts--) {
      int choice = random.nextInt(9);
      if (choice == 0) {
        re2.append(
            random.nextBoolean() ? "(?P<g" + parts + ">" : random.nextBoolean() ? "(" : "(?:");
        open++;
      } else if (choice == 8) {
        re2.append(random.nextBoolean() ? "(" : "(?:").append(one(random));
        for (int others = 1 + random.nextInt(3); others > 0; others--) {
          re2.append('|').append(one(random)).append(random.nextBoolean() ? one(random) : "");
        }
        re2.append(')');
      } else if (choice == 1 && open > 0) {
        re2.append(')');
        open--;
      } else {
        re2.append(one(random));
        re2.append(REPEATS.get(random.nextInt(REPEATS.size())));
      }
    }
    return re2.append(")".repeat(open)).append(random.nextInt(3) == 0 ? "$" : "").toString();
  }

  private static String one(Random random) {
    return ONES.get(random.nextInt(ONES.size()));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(12); length > 0; length--) {
      switch (random.nextInt(20)) {
        case 0 -> text.append("\ud83d\ude00");
        default -> text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
    }
    return text.toString();
  }
}
