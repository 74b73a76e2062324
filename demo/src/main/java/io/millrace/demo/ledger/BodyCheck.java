package io.millrace.demo.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Compares bodies of documents with the bytes of the files they came from. */
final class BodyCheck {
  private static final int SAMPLES = 1000;
  private static final int MAX_PROBLEMS = 5;

  private final LedgerPlan plan;
  private final List<Sample> samples = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long seen;

  BodyCheck(LedgerPlan plan) {
    this.plan = plan;
  }

  List<Finding> findings() throws IOException, InterruptedException {
    Map<String, LedgerPlan.InputFile> files = new HashMap<>();
    plan.files().forEach(file -> files.put(file.key(), file));
    Map<String, Long> lives = new HashMap<>();
    try (ElasticsearchReader reader = new ElasticsearchReader(plan.elasticsearch())) {
      reader.forEach(
          plan.rawIndices(),
          List.of("origin", "body"),
          (id, index, source) -> {
            Origin origin = SetAside.origin(source.path("origin"));
            if (origin.isFile() && files.containsKey(FileCheck.key(origin.stream()))) {
              lives.merge(
                  FileCheck.key(origin.stream()), FileCheck.life(origin.stream()), Math::max);
              offer(new Sample(origin, source.path("body")));
            }
          });
    }
    List<String> problems = new ArrayList<>();
    int compared = 0;
    for (Sample sample : samples) {
      String key = FileCheck.key(sample.origin().stream());
      LedgerPlan.InputFile file = files.get(key);
      long life = FileCheck.life(sample.origin().stream());
      if (file != null && lives.getOrDefault(key, -1L) == life) {
        String expected = text(file, sample.origin()).orElse(null);
        if (expected == null) {
          continue;
        }
        compared++;
        String found = sample.body().path("text").asText();
        if (!found.equals(expected) && problems.size() < MAX_PROBLEMS) {
          problems.add(
              "altered: "
                  + sample.origin()
                  + " \""
                  + found
                  + "\" (the file has: \""
                  + expected
                  + "\")");
        }
      }
    }
    if (compared == 0 && !plan.files().isEmpty()) {
      problems.add("no body could be compared");
    }
    return List.of(
        new Finding("Bodies: " + compared + " compared with the files' bytes", problems));
  }

  /** Keeps each of the documents offered with the same probability. */
  private void offer(Sample sample) {
    seen++;
    if (samples.size() < SAMPLES) {
      samples.add(sample);
    } else {
      long place = random.nextLong(seen);
      if (place < SAMPLES) {
        samples.set((int) place, sample);
      }
    }
  }

  /**
   * The record's bytes as text, without the white space around it, which the receiver removes;
   * empty when the file is no longer there, under whatever name.
   */
  private static Optional<String> text(LedgerPlan.InputFile file, Origin origin)
      throws IOException {
    Optional<String> text = textAt(file.path(), file, origin);
    if (text.isPresent()) {
      return text;
    }
    List<Path> siblings;
    try (Stream<Path> paths = Files.list(file.path().resolveSibling(""))) {
      siblings = paths.filter(Files::isRegularFile).toList();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    for (Path sibling : siblings) {
      text = textAt(sibling, file, origin);
      if (text.isPresent()) {
        return text;
      }
    }
    return Optional.empty();
  }

  /** What a path holds, if that very file stood there before and after it was read. */
  private static Optional<String> textAt(Path path, LedgerPlan.InputFile file, Origin origin)
      throws IOException {
    try {
      if (!file.isAt(path)) {
        return Optional.empty();
      }
      byte[] bytes = new byte[Math.toIntExact(origin.end() - origin.start())];
      int length = 0;
      try (InputStream input = Files.newInputStream(path)) {
        input.skipNBytes(origin.start());
        length = input.readNBytes(bytes, 0, bytes.length);
      }
      return length == bytes.length && file.isAt(path)
          ? Optional.of(new String(bytes, StandardCharsets.UTF_8).strip())
          : Optional.empty();
    } catch (NoSuchFileException | EOFException e) {
      return Optional.empty();
    }
  }

  private record Sample(Origin origin, JsonNode body) {}
}
