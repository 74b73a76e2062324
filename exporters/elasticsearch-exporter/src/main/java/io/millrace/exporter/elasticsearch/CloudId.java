package io.millrace.exporter.elasticsearch;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads Elastic Cloud ids: {@code name:} and, in base64, {@code domain$elasticsearch$kibana}. */
final class CloudId {
  private CloudId() {}

  /**
   * The URL of Elasticsearch.
   *
   * @throws IllegalArgumentException when the text is no cloud id
   */
  static URI url(String cloudId) {
    String encoded = cloudId.substring(cloudId.indexOf(':') + 1);
    String[] parts;
    try {
      parts = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split("\\$");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + cloudId + "\" (expected: name:base64)", e);
    }
    if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException(
          "\"" + cloudId + "\" (expected: name:base64 of domain$elasticsearch$kibana)");
    }
    int colon = parts[0].indexOf(':');
    String domain = colon < 0 ? parts[0] : parts[0].substring(0, colon);
    String port = colon < 0 ? "" : parts[0].substring(colon);
    return URI.create("https://" + parts[1] + "." + domain + port);
  }
}
