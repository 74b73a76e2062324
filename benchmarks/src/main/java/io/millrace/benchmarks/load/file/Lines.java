package io.millrace.benchmarks.load.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The lines of a kind of file. Each carries its number, plus {@link #FIRST_NUMBER}, in 13 digits at
 * the same place; what it says otherwise follows from the number's lower bits. Immutable.
 */
public final class Lines {
  /** Number 0 as it is written; has as many digits as every other. */
  static final long FIRST_NUMBER = 1_000_000_000_000L;

  static final int DIGITS = 13;

  /** How many different lines there are; a power of two. */
  static final int KINDS = 512;

  private static final String NUMBER = "1000000000000";
  private static final int PLAIN_BYTES = 292;

  private final List<byte[]> lines;
  private final List<Map<String, String>> attributes;
  private final int bodyAt;

  private Lines(List<String> lines, List<Map<String, String>> attributes, int bodyAt) {
    this.lines =
        lines.stream().map(each -> (each + "\n").getBytes(StandardCharsets.US_ASCII)).toList();
    this.attributes = List.copyOf(attributes);
    this.bodyAt = bodyAt;
  }

  /** Text of 292 bytes, the line's end included, that nobody reads. */
  public static Lines plain() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      Random random = new Random(i);
      StringBuilder line = new StringBuilder("2026-11-27 00:00:00,000 INFO " + NUMBER);
      while (line.length() < PLAIN_BYTES) {
        line.append(" field").append(random.nextInt(10)).append('=').append(random.nextInt(10_000));
      }
      // No blank at the end, which the agent would take away.
      lines.add(line.substring(0, PLAIN_BYTES - 2) + ".");
    }
    return new Lines(lines, unparsed(), 0);
  }

  /** Lines of a web server, of about 112 bytes, that nobody takes apart. */
  public static Lines access() {
    return accessLines(false);
  }

  /** The same lines, of which an expression with eight groups makes attributes. */
  public static Lines parsedAccess() {
    return accessLines(true);
  }

  /** What a container's standard output becomes on a node: JSON behind the runtime's fields. */
  public static Lines container() {
    String prefix = "2026-11-27T00:00:00.000000000Z stdout F ";
    List<String> lines = new ArrayList<>();
    List<Map<String, String>> attributes = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      Random random = new Random(i);
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("level", random.nextInt(10) == 0 ? "warn" : "info");
      fields.put("service", "checkout-" + (10 + random.nextInt(90)));
      fields.put("message", "order " + (100_000 + random.nextInt(900_000)) + " has been accepted");
      fields.put("trace_id", String.format(Locale.ROOT, "%016x", random.nextLong()));
      StringBuilder json = new StringBuilder("{\"sequence_id\":\"" + NUMBER + "\"");
      fields.forEach((key, value) -> json.append(",\"" + key + "\":\"" + value + "\""));
      lines.add(prefix + json.append('}'));
      fields.put("stream", "stdout");
      attributes.add(Map.copyOf(fields));
    }
    return new Lines(lines, attributes, prefix.length());
  }

  /** Bytes of a line on average, with its end. */
  public double averageBytes() {
    return lines.stream().mapToInt(each -> each.length).average().orElseThrow();
  }

  /** The line of a kind, with its end. */
  byte[] line(int kind) {
    return lines.get(kind);
  }

  /** Where its number stands. */
  int numberAt(int kind) {
    byte[] line = lines.get(kind);
    String text = new String(line, StandardCharsets.US_ASCII);
    return text.indexOf(NUMBER);
  }

  /** Where in a line that begins what becomes the record's body. */
  int bodyAt() {
    return bodyAt;
  }

  /** Attributes that the record of such a line must have, without the number and the file. */
  Map<String, String> attributes(int kind) {
    return attributes.get(kind);
  }

  private static Lines accessLines(boolean parsed) {
    String[] methods = {"GET", "PUT", "POST", "HEAD"};
    List<String> lines = new ArrayList<>();
    List<Map<String, String>> attributes = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      Random random = new Random(i);
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put(
          "host", "10.1" + (10 + random.nextInt(90)) + ".1" + (10 + random.nextInt(90)) + ".7");
      fields.put("user", "user" + (1_000 + random.nextInt(9_000)));
      fields.put("timestamp", "27/Nov/2026:00:00:00 +0000");
      fields.put("method", methods[random.nextInt(methods.length)]);
      fields.put("path", "/orders/" + random.nextInt(100_000) + "/items HTTP/1.1");
      fields.put("status", Integer.toString(200 + random.nextInt(4)));
      fields.put("bytes_out", Integer.toString(100 + random.nextInt(90_000)));
      lines.add(
          String.format(
              Locale.ROOT,
              "%s - %s %s [%s] \"%s %s\" %s %s",
              fields.get("host"),
              fields.get("user"),
              NUMBER,
              fields.get("timestamp"),
              fields.get("method"),
              fields.get("path"),
              fields.get("status"),
              fields.get("bytes_out")));
      attributes.add(Map.copyOf(fields));
    }
    return new Lines(lines, parsed ? attributes : unparsed(), 0);
  }

  private static List<Map<String, String>> unparsed() {
    List<Map<String, String>> none = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      none.add(Map.of());
    }
    return none;
  }
}
