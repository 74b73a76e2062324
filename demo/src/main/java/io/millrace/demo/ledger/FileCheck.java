package io.millrace.demo.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks, file by file, that what was found tiles the file: in Elasticsearch, and in Kafka. */
final class FileCheck {
  private final LedgerPlan plan;
  private final Accounts accounts;

  FileCheck(LedgerPlan plan, Accounts accounts) {
    this.plan = plan;
    this.accounts = accounts;
  }

  List<Finding> findings() {
    List<Origin> inElasticsearch = new ArrayList<>(accounts.raw());
    inElasticsearch.addAll(accounts.elasticsearchDeadLetters());
    inElasticsearch.addAll(accounts.drops());
    List<Origin> inKafka = new ArrayList<>();
    KafkaReader.Content logs = accounts.kafka().get("logs");
    if (logs != null) {
      inKafka.addAll(logs.events().keySet());
    }
    inKafka.addAll(accounts.kafkaDeadLetters());
    inKafka.addAll(accounts.drops());
    List<Finding> findings = new ArrayList<>();
    findings.addAll(check("Elasticsearch", inElasticsearch));
    findings.addAll(check("Kafka", inKafka));
    findings.add(pushed());
    return findings;
  }

  private List<Finding> check(String place, Collection<Origin> origins) {
    Map<String, List<Origin>> byStream = new TreeMap<>();
    for (Origin origin : origins) {
      if (origin.isFile()) {
        byStream.computeIfAbsent(origin.stream(), absent -> new ArrayList<>()).add(origin);
      }
    }
    Map<String, Long> lives = lastLives(byStream.keySet());
    Map<String, LedgerPlan.InputFile> files = new HashMap<>();
    plan.files().forEach(file -> files.put(file.key(), file));
    List<Finding> findings = new ArrayList<>();
    byStream.forEach(
        (stream, found) -> {
          String key = key(stream);
          LedgerPlan.InputFile file = files.get(key);
          boolean lastLife = life(stream) == lives.getOrDefault(key, -1L);
          long size = file != null && lastLife ? file.size() : 0;
          findings.add(
              new Finding(
                  place
                      + ": "
                      + found.size()
                      + " records of "
                      + (file == null ? stream : file.path())
                      + (lastLife ? "" : " (an earlier life)"),
                  Tiling.problems(found, 0, size)));
        });
    for (LedgerPlan.InputFile file : plan.files()) {
      if (file.required() && file.size() > 0 && !lives.containsKey(file.key())) {
        findings.add(
            new Finding(
                place + ": no records of " + file.path(),
                List.of("lost [0, " + file.size() + "), the whole file")));
      }
    }
    return findings;
  }

  /** Pushed events may be sent again by their source, but none may be in Elasticsearch twice. */
  private Finding pushed() {
    Map<Origin, Integer> balance = new HashMap<>();
    long inElasticsearch = 0;
    for (Origin origin : accounts.raw()) {
      if (!origin.isFile()) {
        balance.merge(origin, 1, Integer::sum);
        inElasticsearch++;
      }
    }
    for (Origin origin : accounts.elasticsearchDeadLetters()) {
      if (!origin.isFile()) {
        balance.merge(origin, 1, Integer::sum);
      }
    }
    List<String> problems = new ArrayList<>();
    balance.forEach(
        (origin, count) -> {
          if (count > 1 && problems.size() < 5) {
            problems.add("twice: " + origin);
          }
        });
    return new Finding(
        "Elasticsearch: " + inElasticsearch + " events that came over OTLP", problems);
  }

  private static Map<String, Long> lastLives(Collection<String> streams) {
    Map<String, Long> lives = new HashMap<>();
    streams.forEach(stream -> lives.merge(key(stream), life(stream), Math::max));
    return lives;
  }

  /** Device and inode of {@code file/<agent>/<device>-<inode>/<life>}. */
  static String key(String stream) {
    return stream.split("/", -1)[2];
  }

  static long life(String stream) {
    return Long.parseLong(stream.split("/", -1)[3]);
  }
}
