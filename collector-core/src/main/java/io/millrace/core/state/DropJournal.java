package io.millrace.core.state;

import io.millrace.api.telemetry.Origins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;

/**
 * The origins of what processors dropped on purpose, as JSON lines in {@code drops.jsonl}: {@code
 * time}, {@code component}, {@code stream}, {@code start}, {@code end}, {@code sub}; neighbours
 * that touch share a line. Thread-safe.
 *
 * <p>Lines survive the death of the process, not a power failure. A journal that has grown to its
 * limit becomes {@code drops.1.jsonl}, in place of the one before.
 */
public final class DropJournal implements AutoCloseable {
  private static final long MAX_BYTES = 64L << 20;

  /** Where one item came from. */
  private record Origin(String stream, long start, long end, int sub) {
    static Origin of(Origins origins, int item) {
      return new Origin(
          origins.stream(item), origins.start(item), origins.end(item), origins.sub(item));
    }
  }

  private final Path path;
  private final Clock clock;
  private LineFile file;

  /** Opens the journal of a state directory. */
  public DropJournal(StateDirectory state, Clock clock) throws IOException {
    this.path = state.root().resolve("drops.jsonl");
    this.clock = clock;
    this.file = LineFile.open(path);
  }

  /**
   * Notes what is missing behind a processor.
   *
   * @param component kind and id, such as {@code processor:filter}
   * @param before origins of what went in
   * @param after origins of what came out
   */
  public void dropped(String component, Origins before, Origins after) throws IOException {
    if (before.isNone()) {
      return;
    }
    Json json = new Json();
    Run run = new Run(json, component, clock.instant().toString());
    Set<Origin> kept = isSubsequence(after, before) ? Set.of() : all(after);
    int next = 0;
    for (int i = 0; i < before.size(); i++) {
      if (next < after.size() && same(before, i, after, next)) {
        next++;
      } else if (kept.isEmpty() || !kept.contains(Origin.of(before, i))) {
        run.add(before, i);
      }
    }
    run.flush();
    if (!json.isEmpty()) {
      append(json.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }

  private synchronized void append(byte[] lines) throws IOException {
    if (file.sizeBytes() + lines.length > MAX_BYTES && file.sizeBytes() > 0) {
      file.close();
      Files.move(path, path.resolveSibling("drops.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
      file = LineFile.open(path);
    }
    file.append(lines, false);
  }

  private static boolean isSubsequence(Origins part, Origins whole) {
    int next = 0;
    for (int i = 0; i < whole.size() && next < part.size(); i++) {
      next += same(whole, i, part, next) ? 1 : 0;
    }
    return next == part.size();
  }

  private static boolean same(Origins a, int i, Origins b, int j) {
    return a.start(i) == b.start(j)
        && a.end(i) == b.end(j)
        && a.sub(i) == b.sub(j)
        && a.stream(i).equals(b.stream(j));
  }

  private static Set<Origin> all(Origins origins) {
    Set<Origin> all = new HashSet<>();
    for (int i = 0; i < origins.size(); i++) {
      all.add(Origin.of(origins, i));
    }
    return all;
  }

  /** Joins neighbours that touch. */
  private static final class Run {
    private final Json json;
    private final String component;
    private final String time;
    private String stream = "";
    private long start;
    private long end;
    private int sub;
    private boolean open;

    Run(Json json, String component, String time) {
      this.json = json;
      this.component = component;
      this.time = time;
    }

    void add(Origins origins, int item) {
      boolean touches =
          open
              && sub == 0
              && origins.sub(item) == 0
              && origins.start(item) == end
              && origins.stream(item).equals(stream);
      if (!touches) {
        flush();
        stream = origins.stream(item);
        start = origins.start(item);
        sub = origins.sub(item);
        open = true;
      }
      end = origins.end(item);
    }

    void flush() {
      if (open) {
        json.begin()
            .field("time", time)
            .field("component", component)
            .field("stream", stream)
            .field("start", start)
            .field("end", end)
            .field("sub", sub)
            .end()
            .newLine();
        open = false;
      }
    }
  }
}
