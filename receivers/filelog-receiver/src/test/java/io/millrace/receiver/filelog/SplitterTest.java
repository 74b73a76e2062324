package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.receiver.filelog.FilelogConfig.MaxLogSizeBehavior;
import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {
  private static final int MAX = 64;

  @Test
  void cutsAtLineEndsWithAndWithoutReturn() {
    assertThat(texts(lines("utf-8"), "a\nb\r\n\r\nc")).containsExactly("a", "b", "", "c");
  }

  @Test
  void takesALineOfExactlyTheLimitWhole() {
    String line = "x".repeat(MAX);
    assertThat(texts(lines("utf-8"), line + "\r\n" + line + "\ny\n"))
        .containsExactly(line, line, "y");
  }

  @Test
  void cutsNoCharacter() {
    String line = "x".repeat(MAX - 1) + "ä€𝄞";
    List<String> texts = texts(lines("utf-8"), line.repeat(5) + "\n");
    assertThat(String.join("", texts)).isEqualTo(line.repeat(5));
    assertThat(texts).allSatisfy(each -> assertThat(each).doesNotContain("\ufffd"));
  }

  @Test
  void looksForUtf16LineEndsWhereCharactersBegin() {
    // U+0A0D and U+0D0A hold the bytes of a line end, crosswise.
    Charset charset = StandardCharsets.UTF_16LE;
    assertThat(texts(lines("utf-16le"), "a\u0a0d\u0d0a\u0a00b\nc\n".getBytes(charset), charset))
        .containsExactly("a\u0a0d\u0d0a\u0a00b", "c");
  }

  @Test
  void beginsARecordWhereThePatternMatchesEvenWithinALine() {
    Splitter splitter = pattern("utf-8", "LOGSTART \\d+", "", false);
    assertThat(texts(splitter, "before LOGSTART 1 aLOGSTART 2 b\nc\nLOGSTART 3"))
        .containsExactly("before ", "LOGSTART 1 a", "LOGSTART 2 b\nc\n", "LOGSTART 3");
  }

  @Test
  void endsARecordWhereThePatternHasMatched() {
    Splitter splitter = pattern("utf-8", "", "LOGEND \\d+", false);
    assertThat(texts(splitter, "a\nb LOGEND 1\nc LOGEND 2d LOGEND 3\nrest"))
        .containsExactly("a\nb LOGEND 1", "c LOGEND 2", "d LOGEND 3", "rest");
  }

  @Test
  void leavesThePatternOutWhenAsked() {
    assertThat(texts(pattern("utf-8", "^\\d+ ", "", true), "1 a\nx\n22 b\n"))
        .containsExactly("a\nx\n", "b\n");
    assertThat(texts(pattern("utf-8", "", ";$", true), "a\nb;\nc;\n")).containsExactly("a\nb", "c");
  }

  @Test
  void matchesPatternsInOtherEncodings() {
    Charset charset = StandardCharsets.UTF_16BE;
    Splitter splitter = pattern("utf-16be", "^Ä", "", false);
    assertThat(texts(splitter, "Äa\nb\nÄc".getBytes(charset), charset))
        .containsExactly("Äa\nb\n", "Äc");
  }

  @Test
  void findsNothingInNothing() {
    Cut cut = new Cut();
    for (Splitter splitter : List.of(lines("utf-8"), pattern("utf-8", "a", "", false))) {
      assertThat(splitter.next(new byte[0], 0, 0, 0, true, cut)).isFalse();
    }
    assertThat(new WholeSplitter(MAX).next(new byte[0], 0, 0, 0, true, cut)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"utf-8", "ascii", "utf-16le", "utf-16be", "gb18030"})
  void findsTheSameRecordsInWhateverPortionsTheBytesAppear(String encoding) {
    TextEncoding text = TextEncoding.of(encoding);
    List<Splitter> splitters = new ArrayList<>();
    for (MaxLogSizeBehavior behavior : MaxLogSizeBehavior.values()) {
      Limit limit = new Limit(text, MAX, behavior);
      splitters.add(new LineSplitter(text, limit));
      splitters.add(new PatternSplitter(text, limit, new MultilineConfig("(^a|b+)", "", false)));
      splitters.add(new PatternSplitter(text, limit, new MultilineConfig("", "(c|d\\n)", true)));
    }
    splitters.add(new WholeSplitter(MAX));
    Random random = new Random(encoding.hashCode());
    for (int round = 0; round < 60; round++) {
      byte[] bytes = randomText(random).getBytes(charset(encoding));
      for (Splitter splitter : splitters) {
        List<String> whole = cuts(splitter, bytes, bytes.length, random);
        for (int i = 0; i < 3; i++) {
          assertThat(cuts(splitter, bytes, 0, random))
              .as("round %d of %s", round, splitter)
              .isEqualTo(whole);
        }
      }
    }
  }

  /** Where records end when the bytes become visible bit by bit, from {@code visible} on. */
  private static List<String> cuts(Splitter splitter, byte[] bytes, int visible, Random random) {
    List<String> found = new ArrayList<>();
    Cut cut = new Cut();
    int from = 0;
    int scanned = 0;
    int to = visible;
    while (true) {
      if (splitter.next(bytes, from, scanned, to, false, cut)) {
        assertThat(cut.end).isGreaterThan(from);
        assertThat(cut.from).isBetween(from, cut.to);
        assertThat(cut.to).isLessThanOrEqualTo(cut.end);
        found.add(cut.from + "-" + cut.to + "-" + cut.end);
        from = cut.end;
        scanned = from;
      } else if (to == bytes.length) {
        return found;
      } else {
        scanned = cut.scanned;
        assertThat(to - from).isLessThan(splitter.reach());
        to = Math.min(bytes.length, to + 1 + random.nextInt(40));
      }
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(400);
    String alphabet = random.nextBoolean() ? "abcd\n\r " : "abcdxyzäö€\n";
    boolean longLines = random.nextInt(4) == 0;
    for (int i = 0; i < length; i++) {
      char c = alphabet.charAt(random.nextInt(alphabet.length()));
      text.append(c == '\n' && longLines && random.nextInt(10) > 0 ? 'x' : c);
    }
    return text.toString();
  }

  private static Splitter lines(String encoding) {
    TextEncoding text = TextEncoding.of(encoding);
    return new LineSplitter(text, new Limit(text, MAX, MaxLogSizeBehavior.SPLIT));
  }

  private static Splitter pattern(String encoding, String start, String end, boolean omit) {
    TextEncoding text = TextEncoding.of(encoding);
    return new PatternSplitter(
        text,
        new Limit(text, MAX, MaxLogSizeBehavior.SPLIT),
        new MultilineConfig(start, end, omit));
  }

  private static List<String> texts(Splitter splitter, String content) {
    return texts(splitter, content.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static List<String> texts(Splitter splitter, byte[] bytes, Charset charset) {
    List<String> texts = new ArrayList<>();
    Cut cut = new Cut();
    int from = 0;
    while (splitter.next(bytes, from, from, bytes.length, true, cut)) {
      texts.add(new String(bytes, cut.from, cut.to - cut.from, charset));
      from = cut.end;
    }
    assertThat(from).isEqualTo(bytes.length);
    return texts;
  }

  private static Charset charset(String encoding) {
    return encoding.equals("ascii") ? StandardCharsets.US_ASCII : Charset.forName(encoding);
  }
}
