package io.millrace.demo;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration on a command line: {@code 90s}, {@code 2m}, {@code 1h}; not zero. */
public final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String value) {
    if (!value.matches("[1-9][0-9]{0,5}[smh]")) {
      throw new TypeConversionException(
          "\"" + value + "\" (expected: a number and s, m or h, such as 90s)");
    }
    long number = Long.parseLong(value.substring(0, value.length() - 1));
    return switch (value.charAt(value.length() - 1)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
