package io.millrace.exporter.elasticsearch;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Validated;

/** The {@code logstash_format} block. Immutable. */
@Doc("Indices with a date in their name.")
public record LogstashFormatConfig(
    @Doc(
            "Whether a date is appended to the index name: of the record's own timestamp, else of"
                + " its observed timestamp, else 1970-01-01; never of the agent's clock, so that"
                + " a record that is sent again goes to the same index, and so does a line of a"
                + " file without a timestamp that is read again after a crash. In UTC.")
        @Default("false")
        boolean enabled,
    @Doc("What stands between name and date.") @Default("-") String prefixSeparator,
    @Doc("Form of the date: %Y, %y, %m, %d, %j, %H, %M, %S, %% and text.") @Default("%Y.%m.%d")
        String dateFormat)
    implements Validated {

  /** What holds where nothing is set. */
  public static LogstashFormatConfig standard() {
    return new LogstashFormatConfig(false, "-", "%Y.%m.%d");
  }

  @Override
  public void validate(Problems problems) {
    try {
      DateSuffix.formatter(dateFormat);
    } catch (IllegalArgumentException e) {
      problems.add("date_format", "\"" + dateFormat + "\" (expected: " + e.getMessage() + ")");
    }
  }
}
