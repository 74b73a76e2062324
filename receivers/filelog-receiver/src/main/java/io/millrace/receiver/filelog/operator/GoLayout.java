package io.millrace.receiver.filelog.operator;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

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
  private final Part[] parts;
  private final ZoneId zone;
  private final boolean dated;

  private GoLayout(List<Part> parts, ZoneId zone) {
    this.parts = parts.toArray(Part[]::new);
    this.zone = zone;
    this.dated = parts.stream().anyMatch(part -> part.element.dates());
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
      LayoutElement element = LayoutElement.at(layout, at);
      if (element == null) {
        at++;
        continue;
      }
      int length = element.length(layout, at);
      String before = layout.substring(literal, at);
      add(new Part(before, element, layout.substring(at, at + length)), parts);
      at += length;
      literal = at;
    }
    add(new Part(layout.substring(literal), LayoutElement.END, ""), parts);
    return new GoLayout(parts, zone);
  }

  /**
   * Reads a time.
   *
   * @param now what a time without a date or year is near to
   * @throws OperatorException when the text does not have the layout
   */
  Instant parse(String text, Instant now) throws OperatorException {
    TimeText reader = new TimeText(text);
    TimeFields fields = new TimeFields();
    for (Part part : parts) {
      reader.literal(part.before);
      fields.read(part.element, part.text, reader);
    }
    return fields.instant(text, now, zone, dated);
  }

  /** Adds a part, after the fraction that may stand behind seconds. */
  private static void add(Part part, List<Part> parts) {
    if (!parts.isEmpty() && parts.getLast().element.isSecond() && !part.element.isFraction()) {
      parts.add(new Part("", LayoutElement.FRACTION_9, ""));
    }
    parts.add(part);
  }

  /**
   * An element as a layout has it.
   *
   * @param before what stands for itself in front of it
   * @param text the form of the element, such as {@code -07:00}
   */
  private record Part(String before, LayoutElement element, String text) {}
}
