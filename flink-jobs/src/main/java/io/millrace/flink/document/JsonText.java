package io.millrace.flink.document;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Writes one JSON object. One thread at a time. */
final class JsonText {

  private final StringBuilder text = new StringBuilder(512).append('{');
  private boolean first = true;

  JsonText field(String name, String value) {
    name(name);
    quote(value);
    return this;
  }

  JsonText field(String name, long value) {
    name(name);
    text.append(value);
    return this;
  }

  /** A finite number. */
  JsonText field(String name, double value) {
    name(name);
    text.append(value);
    return this;
  }

  JsonText field(String name, boolean value) {
    name(name);
    text.append(value);
    return this;
  }

  /** A time in milliseconds since the epoch, as ISO text. */
  JsonText time(String name, long millis) {
    return field(name, Instant.ofEpochMilli(millis).toString());
  }

  JsonText beginObject(String name) {
    name(name);
    text.append('{');
    first = true;
    return this;
  }

  JsonText endObject() {
    text.append('}');
    first = false;
    return this;
  }

  /** A value that is JSON already. */
  JsonText raw(String name, String json) {
    name(name);
    text.append(json);
    return this;
  }

  /** Ends the object. */
  byte[] toBytes() {
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void name(String name) {
    if (!first) {
      text.append(',');
    }
    first = false;
    quote(name);
    text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20) {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
