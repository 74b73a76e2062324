package io.millrace.exporter.kafka;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.ResourceGroup;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A hash of a resource's attributes that does not depend on their order. */
final class ResourceHash {
  private static final int BYTES = 16;

  private ResourceHash() {}

  /** 32 hexadecimal digits. */
  static String of(ResourceGroup group) {
    Map<String, String> sorted = new TreeMap<>();
    for (Attribute attribute : group.resource().attributes()) {
      sorted.putIfAbsent(
          attribute.key(), attribute.value().type() + "\0" + attribute.value().asText());
    }
    MessageDigest digest = sha256();
    sorted.forEach(
        (key, value) -> {
          digest.update(key.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          digest.update(value.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
        });
    return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
