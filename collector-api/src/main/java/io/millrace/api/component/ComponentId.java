package io.millrace.api.component;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a configured component: {@code type} or {@code type/name}. Immutable. The rules are
 * the Collector's: a type is a letter and up to 62 letters, digits or {@code _}; a name has 1 to
 * 1024 characters, none of them separators, controls or symbols; both are trimmed.
 *
 * @param type the component's type
 * @param name the part after the slash; empty when there is none
 */
public record ComponentId(String type, String name) {
  private static final Pattern TYPE = Pattern.compile("[a-zA-Z][0-9a-zA-Z_]{0,62}");
  private static final Pattern NAME = Pattern.compile("[^\\p{Z}\\p{C}\\p{S}]+");
  private static final int MAX_NAME_LENGTH = 1024;

  public ComponentId {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(name, "name");
  }

  /**
   * Reads an id.
   *
   * @throws IllegalArgumentException when the text is no id; the message says why
   */
  public static ComponentId parse(String text) {
    int slash = text.indexOf('/');
    String type = (slash < 0 ? text : text.substring(0, slash)).trim();
    String name = slash < 0 ? "" : text.substring(slash + 1).trim();
    if (type.isEmpty()) {
      throw new IllegalArgumentException(
          slash < 0
              ? "id must not be empty"
              : "in \"" + text + "\" id: the part before / should not be empty");
    }
    if (slash >= 0 && name.isEmpty()) {
      throw new IllegalArgumentException(
          "in \"" + text + "\" id: the part after / should not be empty");
    }
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException(
          "invalid character(s) in type \"" + type + "\" (expected: " + TYPE.pattern() + ")");
    }
    if (!name.isEmpty() && (name.length() > MAX_NAME_LENGTH || !NAME.matcher(name).matches())) {
      throw new IllegalArgumentException(
          "invalid name \""
              + name
              + "\" (expected: "
              + NAME.pattern()
              + ", at most 1024 characters)");
    }
    return new ComponentId(type, name);
  }

  @Override
  public String toString() {
    return name.isEmpty() ? type : type + "/" + name;
  }
}
