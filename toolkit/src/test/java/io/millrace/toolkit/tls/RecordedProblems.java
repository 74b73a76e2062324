package io.millrace.toolkit.tls;

import io.millrace.api.config.Problems;
import io.millrace.api.config.Validated;
import java.util.ArrayList;
import java.util.List;

/** Collects problems as {@code key: message}. */
public final class RecordedProblems implements Problems {
  private final List<String> all = new ArrayList<>();

  public static List<String> of(Validated config) {
    RecordedProblems problems = new RecordedProblems();
    config.validate(problems);
    return problems.all;
  }

  @Override
  public void add(String key, String message) {
    all.add(key + ": " + message);
  }
}
