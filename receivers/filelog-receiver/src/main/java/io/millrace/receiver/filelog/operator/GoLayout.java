package io.millrace.receiver.filelog.operator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * A layout in the notation of Go's package {@code time}: the reference time {@code Mon Jan 2
 * 15:04:05 MST 2006} as the wanted text would show it. Immutable.
 *
 * <p>Parses as Go does: a fraction of a second may stand behind the seconds though the layout has
 * none, blanks match any number of blanks. A time without a year is of this year, or of the last
 * one if it were more than seven days ahead; a time without a date is of today.
 *
 * <p>Source: Go's {@code time/format.go} (1.22) for the notation.
 */
final class GoLayout {
  private static final String[] MONTHS = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"
  };
  private static final String[] DAYS = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
  };

  /** Zones that have no place of their own in the time zone database. */
  private static final Map<String, Integer> ABBREVIATIONS =
      Map.ofEntries(
          Map.entry("GMT", 0),
          Map.entry("WET", 0),
          Map.entry("BST", 1),
          Map.entry("CET", 1),
          Map.entry("CEST", 2),
          Map.entry("EET", 2),
          Map.entry("EEST", 3),
          Map.entry("MSK", 3),
          Map.entry("JST", 9),
          Map.entry("EST", -5),
          Map.entry("EDT", -4),
          Map.entry("CST", -6),
          Map.entry("CDT", -5),
          Map.entry("MST", -7),
          Map.entry("MDT", -6),
          Map.entry("PST", -8),
          Map.entry("PDT", -7),
          Map.entry("HST", -10));

  private final List<Part> parts;
  private final ZoneId zone;
  private final boolean dated;

  private GoLayout(List<Part> parts, ZoneId zone) {
    this.parts = List.copyOf(parts);
    this.zone = zone;
    this.dated = parts.stream().anyMatch(part -> part.element.dates);
  }

  /**
   * Reads a layout; text that is no element stands for itself.
   *
   * @param zone of times that name none
   */
  static GoLayout of(String layout, ZoneId zone) {
    List<Part> parts = new ArrayList<>();
    int literal = 0;
    int at = 0;
    while (at < layout.length()) {
      Element element = Element.at(layout, at);
      if (element == null) {
        at++;
        continue;
      }
      int length = element.length(layout, at);
      String before = layout.substring(literal, at);
      parts.add(new Part(before, element, layout.substring(at, at + length)));
      at += length;
      literal = at;
    }
    parts.add(new Part(layout.substring(literal), Element.END, ""));
    return new GoLayout(parts, zone);
  }

  /**
   * Reads a time.
   *
   * @param now what a time without a date or year is near to
   * @throws OperatorException when the text does not have the layout
   */
  Instant parse(String text, Instant now) throws OperatorException {
    Parse parse = new Parse(text);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      parse.literal(part.before);
      Element next = i + 1 < parts.size() ? parts.get(i + 1).element : Element.END;
      parse.element(part, next);
    }
    return parse.result(now);
  }

  private record Part(String before, Element element, String text) {}

  /** The elements of a layout, longer ones before those they begin with. */
  private enum Element {
    LONG_YEAR(true, "2006"),
    MONTH_NAME(true, "January"),
    MONTH_SHORT(true, "Jan"),
    DAY_NAME(true, "Monday"),
    DAY_SHORT(true, "Mon"),
    ZONE_NAME(false, "MST"),
    YEAR_DAY(true, "002", "__2"),
    ZERO_MONTH(true, "01"),
    ZERO_DAY(true, "02"),
    ZERO_HOUR_12(false, "03"),
    ZERO_MINUTE(false, "04"),
    ZERO_SECOND(false, "05"),
    YEAR(true, "06"),
    HOUR(false, "15"),
    MONTH(true, "1"),
    UNDER_DAY(true, "_2"),
    DAY(true, "2"),
    HOUR_12(false, "3"),
    MINUTE(false, "4"),
    SECOND(false, "5"),
    UPPER_PM(false, "PM"),
    LOWER_PM(false, "pm"),
    OFFSET(false, "-07:00:00", "-070000", "-07:00", "-0700", "-07"),
    ISO_OFFSET(false, "Z07:00:00", "Z070000", "Z07:00", "Z0700", "Z07"),
    FRACTION_0(false),
    FRACTION_9(false),
    END(false);

    private static final Element[] ALL = values();

    private final boolean dates;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type cannot say so.
    private final List<String> forms;

    Element(boolean dates, String... forms) {
      this.dates = dates;
      this.forms = List.of(forms);
    }

    private static @Nullable Element at(String layout, int at) {
      char c = layout.charAt(at);
      if (c == '.' || c == ',') {
        return fraction(layout, at);
      }
      if (layout.startsWith("_2006", at)) {
        return null;
      }
      for (Element element : ALL) {
        for (String form : element.forms) {
          if (layout.startsWith(form, at)) {
            return element;
          }
        }
      }
      return null;
    }

    private static @Nullable Element fraction(String layout, int at) {
      int end = at + 1;
      while (end < layout.length() && layout.charAt(end) == layout.charAt(at + 1)) {
        end++;
      }
      if (end == at + 1 || (end < layout.length() && Character.isDigit(layout.charAt(end)))) {
        return null;
      }
      return switch (layout.charAt(at + 1)) {
        case '0' -> FRACTION_0;
        case '9' -> FRACTION_9;
        default -> null;
      };
    }

    private int length(String layout, int at) {
      if (this == FRACTION_0 || this == FRACTION_9) {
        int end = at + 1;
        while (end < layout.length() && layout.charAt(end) == layout.charAt(at + 1)) {
          end++;
        }
        return end - at;
      }
      for (String form : forms) {
        if (layout.startsWith(form, at)) {
          return form.length();
        }
      }
      return 0;
    }
  }

  /** One text on its way through the layout. */
  private final class Parse {
    private final String text;
    private int at;
    private int year = -1;
    private int month = -1;
    private int day = -1;
    private int dayOfYear = -1;
    private int hour;
    private int minute;
    private int second;
    private int nano;
    private int half = -1;
    private int offsetSeconds = Integer.MIN_VALUE;
    private String zoneName = "";

    Parse(String text) {
      this.text = text;
    }

    void literal(String expected) throws OperatorException {
      int i = 0;
      while (i < expected.length()) {
        if (expected.charAt(i) == ' ') {
          if (at < text.length() && text.charAt(at) != ' ') {
            throw wrong();
          }
          while (i < expected.length() && expected.charAt(i) == ' ') {
            i++;
          }
          while (at < text.length() && text.charAt(at) == ' ') {
            at++;
          }
          continue;
        }
        if (at >= text.length() || text.charAt(at) != expected.charAt(i)) {
          throw wrong();
        }
        at++;
        i++;
      }
    }

    void element(Part part, Element next) throws OperatorException {
      switch (part.element) {
        case LONG_YEAR -> year = digits(4, 4);
        case YEAR -> {
          int two = digits(2, 2);
          year = two + (two >= 69 ? 1900 : 2000);
        }
        case MONTH_NAME -> month = 1 + name(MONTHS, false);
        case MONTH_SHORT -> month = 1 + name(MONTHS, true);
        case MONTH -> month = digits(1, 2);
        case ZERO_MONTH -> month = digits(2, 2);
        case DAY_NAME -> name(DAYS, false);
        case DAY_SHORT -> name(DAYS, true);
        case DAY -> day = digits(1, 2);
        case UNDER_DAY -> {
          if (at < text.length() && text.charAt(at) == ' ') {
            at++;
          }
          day = digits(1, 2);
        }
        case ZERO_DAY -> day = digits(2, 2);
        case YEAR_DAY -> {
          while (at < text.length() && text.charAt(at) == ' ' && part.text.startsWith("_")) {
            at++;
          }
          dayOfYear = part.text.startsWith("_") ? digits(1, 3) : digits(3, 3);
        }
        case HOUR -> hour = digits(1, 2);
        case HOUR_12 -> hour = twelve(digits(1, 2));
        case ZERO_HOUR_12 -> hour = twelve(digits(2, 2));
        case MINUTE -> minute = digits(1, 2);
        case ZERO_MINUTE -> minute = digits(2, 2);
        case SECOND, ZERO_SECOND -> {
          second = digits(part.element == Element.SECOND ? 1 : 2, 2);
          if (next != Element.FRACTION_0 && next != Element.FRACTION_9 && atFraction()) {
            nano = fraction(Integer.MAX_VALUE);
          }
        }
        case FRACTION_0 -> nano = exactFraction(part.text.length() - 1);
        case FRACTION_9 -> nano = atFraction() ? fraction(Integer.MAX_VALUE) : nano;
        case UPPER_PM -> half = half("AM", "PM");
        case LOWER_PM -> half = half("am", "pm");
        case OFFSET -> offset(part.text.substring(1));
        case ISO_OFFSET -> {
          if (at < text.length() && text.charAt(at) == 'Z') {
            at++;
            offsetSeconds = 0;
          } else {
            offset(part.text.substring(1));
          }
        }
        case ZONE_NAME -> zoneName = zoneName();
        case END -> {
          if (at < text.length()) {
            throw wrong();
          }
        }
      }
    }

    Instant result(Instant now) throws OperatorException {
      if (half == 1 && hour < 12) {
        hour += 12;
      } else if (half == 0 && hour == 12) {
        hour = 0;
      }
      try {
        LocalDate today = LocalDate.ofInstant(now, zone);
        LocalDate date = date(today);
        LocalDateTime time = date.atTime(hour, minute, second, nano);
        if (dated && year < 0 && time.isAfter(today.atStartOfDay().plusDays(7))) {
          Instant assumed = at(time);
          if (assumed.isAfter(now.plusSeconds(7 * 86_400L))) {
            time = time.minusYears(1);
          }
        }
        return at(time);
      } catch (DateTimeException e) {
        throw new OperatorException("\"" + text + "\" is no time: " + e.getMessage());
      }
    }

    private LocalDate date(LocalDate today) {
      if (!dated) {
        return today;
      }
      int ofYear = year < 0 ? today.getYear() : year;
      if (dayOfYear > 0) {
        return LocalDate.ofYearDay(ofYear, dayOfYear);
      }
      int ofMonth = month < 0 ? 1 : month;
      int ofDay = day < 0 ? 1 : day;
      if (year < 0 && ofMonth == Month.FEBRUARY.getValue() && ofDay == 29) {
        // Without a year the last leap year is meant.
        while (!Year.isLeap(ofYear)) {
          ofYear--;
        }
      }
      return LocalDate.of(ofYear, ofMonth, ofDay);
    }

    private Instant at(LocalDateTime time) throws OperatorException {
      if (offsetSeconds != Integer.MIN_VALUE) {
        return time.toInstant(ZoneOffset.ofTotalSeconds(offsetSeconds));
      }
      if (zoneName.isEmpty()) {
        return time.atZone(zone).toInstant();
      }
      return time.toInstant(offsetOf(zoneName, time));
    }

    /** The offset that a zone's abbreviation means: here if it is one here, else anywhere. */
    private ZoneOffset offsetOf(String name, LocalDateTime time) throws OperatorException {
      if (name.equals("UTC") || name.equals("Z")) {
        return ZoneOffset.UTC;
      }
      ZoneRules rules = zone.getRules();
      for (ZoneOffset offset : rules.getValidOffsets(time)) {
        boolean summer = rules.isDaylightSavings(time.toInstant(offset));
        if (name.equals(abbreviation(summer))) {
          return offset;
        }
      }
      Integer hours = ABBREVIATIONS.get(name);
      if (hours != null) {
        return ZoneOffset.ofHours(hours);
      }
      throw new OperatorException("\"" + name + "\" is no time zone that is known");
    }

    private String abbreviation(boolean summer) {
      return TimeZone.getTimeZone(zone).getDisplayName(summer, TimeZone.SHORT, Locale.ROOT);
    }

    private int digits(int min, int max) throws OperatorException {
      int value = 0;
      int count = 0;
      while (count < max && at < text.length() && isDigit(text.charAt(at))) {
        value = value * 10 + text.charAt(at) - '0';
        at++;
        count++;
      }
      if (count < min) {
        throw wrong();
      }
      return value;
    }

    private int twelve(int value) throws OperatorException {
      if (value > 12) {
        throw wrong();
      }
      return value;
    }

    private boolean atFraction() {
      return at + 1 < text.length()
          && (text.charAt(at) == '.' || text.charAt(at) == ',')
          && isDigit(text.charAt(at + 1));
    }

    private int exactFraction(int digits) throws OperatorException {
      int begin = at;
      if (!atFraction()) {
        throw wrong();
      }
      int value = fraction(digits);
      if (at - begin != digits + 1) {
        throw wrong();
      }
      return value;
    }

    private int fraction(int max) {
      at++;
      int value = 0;
      int count = 0;
      while (count < max && at < text.length() && isDigit(text.charAt(at))) {
        if (count < 9) {
          value = value * 10 + text.charAt(at) - '0';
        }
        at++;
        count++;
      }
      for (int i = count; i < 9; i++) {
        value *= 10;
      }
      return value;
    }

    private int name(String[] names, boolean abbreviated) throws OperatorException {
      for (int i = 0; i < names.length; i++) {
        int length = abbreviated ? 3 : names[i].length();
        if (text.regionMatches(true, at, names[i], 0, length)) {
          at += length;
          return i;
        }
      }
      throw wrong();
    }

    private int half(String morning, String afternoon) throws OperatorException {
      boolean isMorning = text.startsWith(morning, at);
      if (!isMorning && !text.startsWith(afternoon, at)) {
        throw wrong();
      }
      at += 2;
      return isMorning ? 0 : 1;
    }

    /** Reads {@code +07:00} and its like; {@code form} shows digits and colons. */
    private void offset(String form) throws OperatorException {
      if (at >= text.length() || (text.charAt(at) != '+' && text.charAt(at) != '-')) {
        throw wrong();
      }
      boolean negative = text.charAt(at) == '-';
      at++;
      int seconds = 0;
      int unit = 3600;
      int i = 0;
      while (i < form.length()) {
        if (form.charAt(i) == ':') {
          literal(":");
          i++;
        } else {
          seconds += digits(2, 2) * unit;
          unit /= 60;
          i += 2;
        }
      }
      if (seconds > 18 * 3600) {
        throw wrong();
      }
      offsetSeconds = negative ? -seconds : seconds;
    }

    private String zoneName() throws OperatorException {
      int end = at;
      while (end < text.length() && text.charAt(end) >= 'A' && text.charAt(end) <= 'Z') {
        end++;
      }
      if (end - at < 1 || end - at > 5) {
        throw wrong();
      }
      String name = text.substring(at, end);
      at = end;
      return name;
    }

    private OperatorException wrong() {
      return new OperatorException("\"" + text + "\" does not have the layout of a time");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
