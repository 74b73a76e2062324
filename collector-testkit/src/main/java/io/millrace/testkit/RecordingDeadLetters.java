package io.millrace.testkit;

import io.millrace.api.component.DeadLetters;
import io.millrace.api.telemetry.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Dead letters that tests read. Thread-safe. */
public final class RecordingDeadLetters implements DeadLetters {
  private final List<Letter> letters = new CopyOnWriteArrayList<>();
  private final List<RawLetter> rawLetters = new CopyOnWriteArrayList<>();
  private final List<RawLetter> samples = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();

  /** Telemetry put aside. */
  public record Letter(Batch batch, String reason) {}

  /**
   * Bytes put aside.
   *
   * @param text the bytes as ISO 8859-1
   */
  public record RawLetter(String text, String origin, String reason) {}

  @Override
  public void put(Batch batch, String reason) throws IOException {
    failIfTold();
    letters.add(new Letter(batch, reason));
  }

  @Override
  public void putRaw(byte[] bytes, String origin, String reason) throws IOException {
    failIfTold();
    rawLetters.add(new RawLetter(new String(bytes, StandardCharsets.ISO_8859_1), origin, reason));
  }

  @Override
  public boolean sample(byte[] bytes, String origin, String reason) {
    samples.add(new RawLetter(new String(bytes, StandardCharsets.ISO_8859_1), origin, reason));
    return true;
  }

  public List<Letter> letters() {
    return List.copyOf(letters);
  }

  public List<RawLetter> rawLetters() {
    return List.copyOf(rawLetters);
  }

  /** What was refused to strangers, all of it. */
  public List<RawLetter> samples() {
    return List.copyOf(samples);
  }

  /** Has the next {@code times} puts fail, as on a full disk. */
  public void failNext(int times) {
    failures.set(times);
  }

  private void failIfTold() throws IOException {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("No space left on device");
    }
  }
}
