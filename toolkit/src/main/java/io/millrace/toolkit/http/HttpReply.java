package io.millrace.toolkit.http;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer. The body is the receiver's to keep.
 *
 * @param status the HTTP status, such as 200
 * @param headers names are compared without regard to case
 * @param body decompressed; empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HttpReply(int status, HttpHeaders headers, byte[] body) {
  private static final Duration LONGEST_WISH = Duration.ofHours(1);

  /** The statuses that are no success, from 300 to 599, as the codes of outcomes name them. */
  public static Set<String> errorStatuses() {
    return IntStream.range(300, 600)
        .mapToObj(String::valueOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the status is 200 to 299. */
  public boolean successful() {
    return status >= 200 && status < 300;
  }

  /** The media type in lower case without parameters; empty when there is none. */
  public String mediaType() {
    String value = headers.firstValue("content-type").orElse("");
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
  }

  /**
   * What {@code Retry-After} (RFC 9110, 10.2.3) asks for, as seconds or as a date; null when it is
   * absent or unreadable. Never more than an hour.
   */
  public @Nullable Duration retryAfter(Clock clock) {
    String value = headers.firstValue("retry-after").orElse("").trim();
    if (value.isEmpty()) {
      return null;
    }
    Duration wish;
    if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      wish = value.length() > 9 ? LONGEST_WISH : Duration.ofSeconds(Long.parseLong(value));
    } else {
      try {
        Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        wish = Duration.between(clock.instant(), date);
      } catch (DateTimeException e) {
        return null;
      }
    }
    if (wish.isNegative()) {
      return Duration.ZERO;
    }
    return wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish;
  }
}
