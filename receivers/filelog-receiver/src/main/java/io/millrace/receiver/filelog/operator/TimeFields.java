package io.millrace.receiver.filelog.operator;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** What a text tells of a time, element by element. One text, one thread. */
final class TimeFields {
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
  private static final int SHORT_NAME = 3;
  private static final int UNKNOWN = -1;
  private static final int NO_OFFSET = Integer.MIN_VALUE;
  private static final long MAX_AHEAD_SECONDS = Duration.ofDays(7).toSeconds();

  private int year = UNKNOWN;
  private int month = UNKNOWN;
  private int day = UNKNOWN;
  private int dayOfYear = UNKNOWN;
  private int hour;
  private int minute;
  private int second;
  private int nano;

  /** Of the day: 0 before noon, 1 after it. */
  private int half = UNKNOWN;

  private int offsetSeconds = NO_OFFSET;
  private String zoneName = "";

  /**
   * Reads an element.
   *
   * @param form the element as the layout has it
   * @throws OperatorException when the text has something else there
   */
  void read(LayoutElement element, String form, TimeText text) throws OperatorException {
    switch (element) {
      case LONG_YEAR -> year = text.digits(4, 4);
      case YEAR -> {
        int two = text.digits(2, 2);
        year = two + (two >= 69 ? 1900 : 2000);
      }
      case MONTH_NAME -> month = 1 + text.name(MONTHS, Integer.MAX_VALUE);
      case MONTH_SHORT -> month = 1 + text.name(MONTHS, SHORT_NAME);
      case MONTH -> month = text.digits(1, 2);
      case ZERO_MONTH -> month = text.digits(2, 2);
      case DAY_NAME -> text.name(DAYS, Integer.MAX_VALUE);
      case DAY_SHORT -> text.name(DAYS, SHORT_NAME);
      case DAY -> day = text.digits(1, 2);
      case UNDER_DAY -> {
        text.skip(' ');
        day = text.digits(1, 2);
      }
      case ZERO_DAY -> day = text.digits(2, 2);
      case YEAR_DAY -> dayOfYear = dayOfYear(form, text);
      case HOUR -> hour = text.digits(1, 2);
      case HOUR_12 -> hour = text.upTo(12, text.digits(1, 2));
      case ZERO_HOUR_12 -> hour = text.upTo(12, text.digits(2, 2));
      case MINUTE -> minute = text.digits(1, 2);
      case ZERO_MINUTE -> minute = text.digits(2, 2);
      case SECOND -> second = text.digits(1, 2);
      case ZERO_SECOND -> second = text.digits(2, 2);
      case FRACTION_0 -> nano = text.fraction(form.length() - 1);
      case FRACTION_9 -> nano = text.atFraction() ? text.fraction() : nano;
      case UPPER_PM -> half = text.either("AM", "PM");
      case LOWER_PM -> half = text.either("am", "pm");
      case OFFSET -> offsetSeconds = text.offset(form.substring(1));
      case ISO_OFFSET -> offsetSeconds = text.skip('Z') ? 0 : text.offset(form.substring(1));
      case ZONE_NAME -> zoneName = text.zoneName();
      case END -> text.end();
    }
  }

  /**
   * The moment that is told.
   *
   * @param text what was read, for messages
   * @param now what a time without a date or year is near to
   * @param zone of a time that names none
   * @param dated whether the layout has anything of a date
   * @throws OperatorException when there is no such time, or its zone is not known
   */
  Instant instant(String text, Instant now, ZoneId zone, boolean dated) throws OperatorException {
    try {
      LocalDateTime time = date(now, zone, dated).atTime(hourOfDay(), minute, second, nano);
      Instant told = instant(time, zone);
      boolean ahead = dated && year < 0 && told.isAfter(now.plusSeconds(MAX_AHEAD_SECONDS));
      return ahead ? instant(time.minusYears(1), zone) : told;
    } catch (DateTimeException e) {
      throw new OperatorException("\"" + text + "\" is no time: " + e.getMessage());
    }
  }

  private static int dayOfYear(String form, TimeText text) throws OperatorException {
    if (!form.startsWith("_")) {
      return text.digits(3, 3);
    }
    text.skipAll(' ');
    return text.digits(1, 3);
  }

  private int hourOfDay() {
    if (half == 1 && hour < 12) {
      return hour + 12;
    }
    return half == 0 && hour == 12 ? 0 : hour;
  }

  private LocalDate date(Instant now, ZoneId zone, boolean dated) {
    if (!dated) {
      return LocalDate.ofInstant(now, zone);
    }
    int ofYear = year < 0 ? LocalDate.ofInstant(now, zone).getYear() : year;
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

  private Instant instant(LocalDateTime time, ZoneId zone) throws OperatorException {
    if (offsetSeconds != NO_OFFSET) {
      return time.toInstant(ZoneOffset.ofTotalSeconds(offsetSeconds));
    }
    if (zoneName.isEmpty()) {
      return time.atZone(zone).toInstant();
    }
    return time.toInstant(ZoneNames.offset(zoneName, time, zone));
  }
}
