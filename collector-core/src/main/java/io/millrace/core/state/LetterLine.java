package io.millrace.core.state;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * A dead letter as it is written: one line of JSON, of which only the beginning is in memory; what
 * it holds is encoded while it is written. Immutable.
 *
 * <p>The first field is the state, whose four letters are at {@link #STATE_AT}; the last one holds
 * the content in base64.
 */
final class LetterLine {

  /** Where the state's word is in a line. */
  static final int STATE_AT = 10;

  /** What is kept of a reason, which others write. */
  private static final int MAX_REASON_CHARS = 4096;

  private static final byte[] END = "\"}\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] head;
  private final Content content;
  private final long contentBytes;

  /** Writes what a letter holds. */
  @FunctionalInterface
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private LetterLine(Json head, Content content, long contentBytes) {
    this.head = head.toString().getBytes(StandardCharsets.UTF_8);
    this.content = content;
    this.contentBytes = contentBytes;
  }

  /** A line for telemetry. */
  static LetterLine of(Instant time, LetterOwner owner, DeadLetterStore.Letter letter) {
    Batch batch = letter.batch();
    Json json =
        begin(time, owner, letter.reason())
            .field("signal", batch.signal().id())
            .field("items", batch.itemCount())
            .beginList("origins");
    Origins origins = batch.origins();
    for (int i = 0; i < origins.size(); i++) {
      json.begin()
          .field("stream", origins.stream(i))
          .field("start", origins.start(i))
          .field("end", origins.end(i))
          .field("sub", origins.sub(i))
          .end();
    }
    return new LetterLine(json.endList().beginText("otlp"), batch::writeTo, batch.sizeBytes());
  }

  /** A line for bytes that are no telemetry. */
  static LetterLine raw(
      Instant time, LetterOwner owner, byte[] bytes, String origin, String reason) {
    Json json = begin(time, owner, reason).field("origin", shortened(origin)).beginText("raw");
    return new LetterLine(json, out -> out.write(bytes), bytes.length);
  }

  /** The exact length of the line. */
  long sizeBytes() {
    return head.length + (contentBytes + 2) / 3 * 4 + END.length;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(head);
    try (OutputStream encoded = Base64.getEncoder().wrap(new Unclosed(out))) {
      content.writeTo(encoded);
    }
    out.write(END);
  }

  private static Json begin(Instant time, LetterOwner owner, String reason) {
    Json json =
        new Json()
            .begin()
            .field("state", LetterState.DEAD.word())
            .field("time", time.toString())
            .field("component", owner.name());
    if (!owner.pipeline().isEmpty()) {
      json.field("pipeline", owner.pipeline());
    }
    return json.field("reason", shortened(reason));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_REASON_CHARS ? text : text.substring(0, MAX_REASON_CHARS) + "...";
  }

  /** Stays open when the encoder in front of it writes its last bytes. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() {
      // The line goes on behind what was encoded.
    }
  }
}
