package io.millrace.demo.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the origins that the agent has put aside on purpose: dead letters and the drop journal. */
final class SetAside {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SetAside() {}

  /** Origins in the dead letters of one exporter, or of all when null is in its name. */
  static List<Origin> deadLetters(Path stateDirectory, String componentPrefix) throws IOException {
    Path directory = stateDirectory.resolve("dead-letters");
    List<Origin> origins = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return origins;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".jsonl")).sorted().toList()) {
        if (!file.getFileName().toString().startsWith(componentPrefix)) {
          continue;
        }
        for (String line : Files.readAllLines(file)) {
          JsonNode letter = JSON.readTree(line);
          if (letter.path("state").asText().equals("done")) {
            continue; // Handed on again, and has arrived.
          }
          for (JsonNode origin : letter.path("origins")) {
            origins.add(origin(origin));
          }
        }
      }
    }
    return origins;
  }

  /** Origins in the drop journal. */
  static List<Origin> drops(Path stateDirectory) throws IOException {
    Path file = stateDirectory.resolve("drops.jsonl");
    List<Origin> origins = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        origins.add(origin(JSON.readTree(line)));
      }
    }
    return origins;
  }

  /** The origin in a JSON object with {@code stream}, {@code start}, {@code end}, {@code sub}. */
  static Origin origin(JsonNode json) {
    return new Origin(
        json.path("stream").asText(),
        json.path("start").asLong(),
        json.path("end").asLong(),
        json.path("sub").asInt());
  }
}
