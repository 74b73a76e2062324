package io.millrace.core.fakes;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A destination under the test's control: remembers what it was asked to send, answers from a
 * script and accepts when the script is at its end. Thread-safe.
 */
public final class FakeExporter implements Exporter {

  /** Answers one attempt. */
  @FunctionalInterface
  public interface Answer {
    ExportOutcome to(Batch batch) throws InterruptedException;
  }

  private final ConcurrentLinkedQueue<Answer> script = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> startProblems = new ConcurrentLinkedQueue<>();
  private final List<List<String>> attempts = new CopyOnWriteArrayList<>();
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile Answer otherwise = batch -> ExportOutcome.ACCEPTED;

  /** Adds answers to the script. */
  public FakeExporter answer(Answer... answers) {
    script.addAll(List.of(answers));
    return this;
  }

  /** What it answers when the script is at its end. */
  public FakeExporter otherwise(Answer answer) {
    otherwise = answer;
    return this;
  }

  /** The next starts fail with these messages. */
  public FakeExporter failStart(String... problems) {
    startProblems.addAll(List.of(problems));
    return this;
  }

  @Override
  public void start() throws StartException {
    String problem = startProblems.poll();
    if (problem != null) {
      throw new StartException(problem, null);
    }
  }

  @Override
  public ExportOutcome export(Batch batch, RequestContext context) throws InterruptedException {
    int now = atOnce.incrementAndGet();
    mostAtOnce.accumulateAndGet(now, Math::max);
    try {
      loaders.add(Thread.currentThread().getContextClassLoader());
      attempts.add(Telemetry.texts(batch));
      Answer answer = script.poll();
      ExportOutcome outcome = (answer == null ? otherwise : answer).to(batch);
      if (outcome instanceof ExportOutcome.Accepted) {
        accepted.addAll(Telemetry.texts(batch));
      }
      return outcome;
    } finally {
      atOnce.decrementAndGet();
    }
  }

  /** The texts of each attempt, in order. */
  public List<List<String>> attempts() {
    return attempts;
  }

  /** The texts of all batches that were accepted as a whole. */
  public List<String> accepted() {
    return new ArrayList<>(accepted);
  }

  /** The context class loaders of the attempts. */
  public List<ClassLoader> loaders() {
    return loaders;
  }

  /** The most attempts that were under way at the same time. */
  public int mostAtOnce() {
    return mostAtOnce.get();
  }
}
