package io.millrace.benchmarks.fault.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What an obligation looks like: <code>{source-number checksum payload}</code>. The checksum covers
 * all the rest. Records consist of pieces with white space between; however a receiver cuts a
 * record, each part consists of whole pieces, as long as it is not cut within one. Immutable.
 *
 * @param source who made it, in lower-case letters and digits
 * @param number counts the pieces of a source from 0
 * @param payload a line without braces
 */
public record Piece(String source, int number, String payload) {
  private static final Pattern FORM =
      Pattern.compile("\\{([a-z0-9]+)-([0-9]{1,9}) ([0-9a-f]{8}) ([^{}\n]*)}");

  /** The name by which pieces are told apart. */
  public String id() {
    return source + "-" + number;
  }

  /** The piece as it stands in a record. */
  public String text() {
    return "{" + id() + " " + checksum(id(), payload) + " " + payload + "}";
  }

  /** The pieces of a record's body; empty when there is anything but whole and sound pieces. */
  public static Optional<List<Piece>> parse(String body) {
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = FORM.matcher(body);
    int at = skipSpace(body, 0);
    while (at < body.length()) {
      if (!matcher.region(at, body.length()).lookingAt()) {
        return Optional.empty();
      }
      Piece piece =
          new Piece(matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(4));
      if (!checksum(piece.id(), piece.payload).equals(matcher.group(3))) {
        return Optional.empty();
      }
      pieces.add(piece);
      at = skipSpace(body, matcher.end());
    }
    return pieces.isEmpty() ? Optional.empty() : Optional.of(pieces);
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static String checksum(String id, String payload) {
    CRC32C crc = new CRC32C();
    crc.update((id + " " + payload).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
