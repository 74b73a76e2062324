package io.millrace.api.telemetry;

import java.nio.charset.StandardCharsets;

/**
 * A key that a component knows beforehand, encoded once, so that looking it up makes no {@code
 * String}. Keep it in a constant. Immutable.
 */
public final class AttributeKey {
  final byte[] utf8;
  private final String name;

  private AttributeKey(String name) {
    this.name = name;
    this.utf8 = name.getBytes(StandardCharsets.UTF_8);
  }

  /** The key of this name. */
  public static AttributeKey of(String name) {
    return new AttributeKey(name);
  }

  /** The key's name. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AttributeKey attributeKey && attributeKey.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
