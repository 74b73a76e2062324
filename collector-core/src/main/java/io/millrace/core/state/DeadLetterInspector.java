package io.millrace.core.state;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks at the dead letters of a state directory, whoever owns it: changes and locks nothing. One
 * thread at a time.
 */
public final class DeadLetterInspector {
  private final Path state;

  /** Looks at a state directory, which need not be there. */
  public DeadLetterInspector(Path state) {
    this.state = state;
  }

  /**
   * Letters of one component with one reason.
   *
   * @param returning how many of the letters are on their way back
   * @param raw how many of the letters are bytes that nobody can replay
   * @param sample whether they are samples of what strangers sent
   */
  public record Group(
      String component,
      String reason,
      boolean sample,
      long letters,
      long items,
      long bytes,
      long returning,
      long raw,
      Instant oldest,
      Instant newest) {

    private Group with(StoredLetter letter) {
      return new Group(
          component,
          reason,
          sample,
          letters + 1,
          items + letter.items(),
          bytes + letter.length(),
          returning + (letter.state() == LetterState.BACK ? 1 : 0),
          raw + (letter.isRaw() ? 1 : 0),
          letter.time().isBefore(oldest) ? letter.time() : oldest,
          letter.time().isAfter(newest) ? letter.time() : newest);
    }

    private static Group of(StoredLetter letter, String reason, boolean sample) {
      return new Group(
              letter.component(), reason, sample, 0, 0, 0, 0, 0, letter.time(), letter.time())
          .with(letter);
    }
  }

  /**
   * All letters, by component and reason.
   *
   * @param groups the groups, by component and then by reason; what is beyond {@value #MAX_GROUPS}
   *     reasons of a component stands under {@value #OTHERS}
   * @param unreadable lines that are no letters, by file
   */
  public record Summary(List<Group> groups, Map<String, Long> unreadable) {}

  /** Where reasons are counted that are too many to be told apart. */
  public static final String OTHERS = "(other reasons)";

  private static final int MAX_GROUPS = 1000;

  /** Counts all letters. */
  public Summary summary() throws IOException {
    Map<String, Map<String, Group>> groups = new TreeMap<>();
    Map<String, Long> unreadable = new TreeMap<>();
    for (Path file : files()) {
      boolean sample = isSample(file);
      LetterScan.read(
          file,
          new LetterScan.Visitor<IOException>() {
            @Override
            public void visit(StoredLetter letter, LetterScan.Content content) {
              Map<String, Group> reasons =
                  groups.computeIfAbsent(letter.component() + sample, key -> new TreeMap<>());
              String reason =
                  reasons.size() < MAX_GROUPS || reasons.containsKey(letter.reason())
                      ? letter.reason()
                      : OTHERS;
              Group known = reasons.get(reason);
              reasons.put(
                  reason, known == null ? Group.of(letter, reason, sample) : known.with(letter));
            }

            @Override
            public void unreadable(long offset, long length) {
              unreadable.merge(state.relativize(file).toString(), 1L, Long::sum);
            }
          });
    }
    List<Group> all = new ArrayList<>();
    groups.values().forEach(reasons -> all.addAll(reasons.values()));
    return new Summary(List.copyOf(all), unreadable);
  }

  /** Visits all letters, file by file, in the order in which they were put aside. */
  public <X extends Exception> void read(LetterScan.Visitor<X> visitor) throws IOException, X {
    for (Path file : files()) {
      LetterScan.read(file, visitor);
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(LetterFiles.in(LetterFiles.directory(state)));
    files.addAll(LetterFiles.in(LetterFiles.samples(state)));
    return files;
  }

  private boolean isSample(Path file) {
    return file.startsWith(LetterFiles.samples(state));
  }
}
