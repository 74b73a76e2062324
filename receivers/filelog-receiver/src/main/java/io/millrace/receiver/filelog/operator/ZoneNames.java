package io.millrace.receiver.filelog.operator;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/** Abbreviations of time zones, such as {@code CEST}. */
final class ZoneNames {

  /** In hours, for zones that have no place of their own in the time zone database. */
  private static final Map<String, Integer> OFFSETS =
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

  private ZoneNames() {}

  /**
   * The offset that an abbreviation means at a time: here if it is one here, else anywhere.
   *
   * @param here the zone of times that name none
   * @throws OperatorException when it is not known
   */
  static ZoneOffset offset(String name, LocalDateTime time, ZoneId here) throws OperatorException {
    if (name.equals("UTC") || name.equals("Z")) {
      return ZoneOffset.UTC;
    }
    ZoneRules rules = here.getRules();
    for (ZoneOffset offset : rules.getValidOffsets(time)) {
      boolean summer = rules.isDaylightSavings(time.toInstant(offset));
      if (name.equals(abbreviation(here, summer))) {
        return offset;
      }
    }
    Integer hours = OFFSETS.get(name);
    if (hours != null) {
      return ZoneOffset.ofHours(hours);
    }
    throw new OperatorException("\"" + name + "\" is no time zone that is known");
  }

  private static String abbreviation(ZoneId zone, boolean summer) {
    return TimeZone.getTimeZone(zone).getDisplayName(summer, TimeZone.SHORT, Locale.ROOT);
  }
}
