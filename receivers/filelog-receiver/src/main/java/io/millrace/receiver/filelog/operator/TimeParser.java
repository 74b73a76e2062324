package io.millrace.receiver.filelog.operator;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a record's time. Immutable. */
final class TimeParser implements Step {
  private static final Map<String, Integer> EPOCH_DIGITS =
      Map.of("s", 0, "ms", 3, "us", 6, "ns", 9, "s.ms", 0, "s.us", 0, "s.ns", 0);

  private final Field from;
  private final String epochLayout;
  private final @Nullable GoLayout layout;

  private TimeParser(Field from, String epochLayout, @Nullable GoLayout layout) {
    this.from = from;
    this.epochLayout = epochLayout;
    this.layout = layout;
  }

  static TimeParser of(Options options) {
    Field from = options.requiredField("parse_from");
    String type = options.text("layout_type", "strptime");
    String text = options.requiredText("layout");
    ZoneId zone = zone(options, text);
    GoLayout layout = null;
    switch (type) {
      case "epoch" -> {
        if (!EPOCH_DIGITS.containsKey(text)) {
          options.problem(
              "layout", "\"" + text + "\" (expected: s, ms, us, ns, s.ms, s.us or s.ns)");
        }
      }
      case "gotime" -> layout = GoLayout.of(text, zone);
      case "strptime", "" -> {
        try {
          layout = GoLayout.of(Strptime.toGoLayout(text), zone);
        } catch (IllegalArgumentException e) {
          options.problem("layout", String.valueOf(e.getMessage()));
        }
      }
      default ->
          options.problem("layout_type", "\"" + type + "\" (expected: strptime, gotime or epoch)");
    }
    return new TimeParser(from, text, layout);
  }

  @Override
  public void apply(Entry entry) throws OperatorException {
    if (!from.exists(entry)) {
      throw new OperatorException("the entry has no " + from);
    }
    Object value = from.get(entry);
    Instant time = layout == null ? epoch(value) : layout.parse(text(value), entry.readAt());
    try {
      entry.timeUnixNanos(
          Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano()));
    } catch (ArithmeticException e) {
      throw new OperatorException(time + " cannot be told in nanoseconds since 1970");
    }
  }

  private Instant epoch(@Nullable Object value) throws OperatorException {
    boolean fraction = epochLayout.startsWith("s.");
    BigDecimal number;
    try {
      number =
          switch (value) {
            case Long whole -> BigDecimal.valueOf(whole);
            case Double decimal -> BigDecimal.valueOf(decimal);
            case null, default -> new BigDecimal(text(value).trim());
          };
    } catch (NumberFormatException e) {
      throw new OperatorException("\"" + value + "\" is no time in " + epochLayout);
    }
    boolean isText = value instanceof String || value instanceof Text;
    if (isText && fraction != text(value).contains(".")) {
      throw new OperatorException("\"" + value + "\" is no time in " + epochLayout);
    }
    if (Math.abs((long) number.precision() - number.scale()) > 20) {
      throw new OperatorException("\"" + value + "\" is no time in " + epochLayout);
    }
    int digits = EPOCH_DIGITS.getOrDefault(epochLayout, 0);
    BigDecimal whole = fraction ? number : number.setScale(0, RoundingMode.DOWN);
    BigDecimal nanos = whole.scaleByPowerOfTen(9 - digits).setScale(0, RoundingMode.DOWN);
    try {
      long total = nanos.longValueExact();
      return Instant.ofEpochSecond(
          Math.floorDiv(total, 1_000_000_000L), Math.floorMod(total, 1_000_000_000L));
    } catch (ArithmeticException e) {
      throw new OperatorException("\"" + value + "\" is no time in " + epochLayout);
    }
  }

  private static String text(@Nullable Object value) throws OperatorException {
    return switch (value) {
      case String text -> text;
      case Text text -> text.toString();
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case null, default -> throw new OperatorException(Values.typeOf(value) + " is no time");
    };
  }

  private static ZoneId zone(Options options, String layout) {
    String name = options.text("location", "");
    if (!name.isEmpty() && !name.equals("Local")) {
      try {
        return ZoneId.of(name, ZoneId.SHORT_IDS);
      } catch (DateTimeException e) {
        options.problem(
            "location", "\"" + name + "\" (expected: a time zone such as Europe/Berlin)");
      }
    }
    boolean zulu = layout.endsWith("Z") && !layout.endsWith("%Z");
    return zulu && name.isEmpty() ? ZoneOffset.UTC : ZoneId.systemDefault();
  }
}
