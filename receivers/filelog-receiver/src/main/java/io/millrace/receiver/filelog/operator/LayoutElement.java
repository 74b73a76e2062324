package io.millrace.receiver.filelog.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a layout of Go's is made of, longer elements before those they begin with. */
enum LayoutElement {
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

  private static final LayoutElement[] ALL = values();

  private final boolean dates;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type cannot say so.
  private final List<String> forms;

  LayoutElement(boolean dates, String... forms) {
    this.dates = dates;
    this.forms = List.of(forms);
  }

  /** The element that begins at a place of a layout; null where text stands for itself. */
  static @Nullable LayoutElement at(String layout, int at) {
    char c = layout.charAt(at);
    if (c == '.' || c == ',') {
      return fraction(layout, at);
    }
    if (layout.startsWith("_2006", at)) {
      return null;
    }
    for (LayoutElement element : ALL) {
      if (element.formLength(layout, at) > 0) {
        return element;
      }
    }
    return null;
  }

  /** Characters that the element takes of a layout at a place where {@link #at} found it. */
  int length(String layout, int at) {
    return isFraction() ? fractionEnd(layout, at) - at : formLength(layout, at);
  }

  /** Whether it tells something of the date. */
  boolean dates() {
    return dates;
  }

  /** Whether it is the second of a minute. */
  boolean isSecond() {
    return this == SECOND || this == ZERO_SECOND;
  }

  /** Whether it is a fraction of a second, with its point or comma. */
  boolean isFraction() {
    return this == FRACTION_0 || this == FRACTION_9;
  }

  private int formLength(String layout, int at) {
    for (String form : forms) {
      if (layout.startsWith(form, at)) {
        return form.length();
      }
    }
    return 0;
  }

  private static @Nullable LayoutElement fraction(String layout, int at) {
    int end = fractionEnd(layout, at);
    if (end == at + 1 || (end < layout.length() && Character.isDigit(layout.charAt(end)))) {
      return null;
    }
    return switch (layout.charAt(at + 1)) {
      case '0' -> FRACTION_0;
      case '9' -> FRACTION_9;
      default -> null;
    };
  }

  /** Where a row of equal characters behind a point ends. */
  private static int fractionEnd(String layout, int at) {
    int end = at + 1;
    while (end < layout.length() && layout.charAt(end) == layout.charAt(at + 1)) {
      end++;
    }
    return end;
  }
}
