package io.millrace.core.state;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Makes file names of component ids, which may hold anything but separators. */
final class FileNames {
  private static final int MAX_LENGTH = 180;

  private FileNames() {}

  /**
   * A name that is safe on every file system and different for different texts: letters, digits,
   * {@code _}, {@code -} and {@code .} stay, all else becomes {@code %XX}. Long names are cut and
   * end in a hash.
   */
  static String safe(String text) {
    StringBuilder name = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-'
              || (c == '.' && !name.isEmpty());
      if (plain) {
        name.append(c);
      } else {
        name.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    if (name.length() > MAX_LENGTH) {
      String hash = Integer.toHexString(text.hashCode());
      name.setLength(MAX_LENGTH - hash.length() - 1);
      name.append('%').append(hash);
    }
    return name.toString();
  }
}
