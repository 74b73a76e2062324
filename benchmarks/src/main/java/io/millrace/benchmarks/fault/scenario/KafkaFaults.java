package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.testkit.server.KafkaServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** What happens to a broker and its topics. */
final class KafkaFaults {
  private static final String WHO = "kafka";

  private final KafkaServer kafka;
  private final Timeline timeline;
  private final ReentrantLock alone = new ReentrantLock();

  KafkaFaults(KafkaServer kafka, Timeline timeline) {
    this.kafka = kafka;
    this.timeline = timeline;
  }

  /** Signal 9, and after a while a new life on the same data. */
  Fault kill() {
    return Fault.of(
        "kill -9",
        random -> {
          Duration time = Duration.ofMillis(random.nextInt(0, 4000));
          alone.lock();
          try {
            timeline.say(WHO, "kill -9, for " + time.toMillis() + " ms");
            kafka.kill();
            Thread.sleep(time);
            kafka.restart();
            timeline.say(WHO, "is back");
          } finally {
            alone.unlock();
          }
        });
  }

  /** It takes connections and says nothing. */
  Fault freeze() {
    return Fault.of(
        "frozen",
        random -> {
          Duration time = Duration.ofMillis(random.nextInt(500, 9000));
          alone.lock();
          try {
            timeline.say(WHO, "frozen for " + time.toMillis() + " ms");
            signal("STOP");
            try {
              Thread.sleep(time);
            } finally {
              signal("CONT");
            }
          } finally {
            alone.unlock();
          }
        });
  }

  /** Does something that needs the broker to stand. */
  void whileUp(Task task) throws IOException, InterruptedException {
    alone.lock();
    try {
      task.run();
    } finally {
      alone.unlock();
    }
  }

  /** Deletes a topic and makes one of the same name; what it held is gone. */
  void makeAnew(String topic, int partitions) throws IOException, InterruptedException {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IOException("Kafka topic " + topic + ": cannot be deleted", e.getCause());
    }
    kafka.createTopic(topic, partitions);
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("kill", "-" + name, String.valueOf(kafka.pid())).start();
    if (process.waitFor() != 0) {
      throw new IOException("kill -" + name + " " + kafka.pid() + " has failed");
    }
  }

  /** Something to do. */
  @FunctionalInterface
  interface Task {
    /** Does it. */
    void run() throws IOException, InterruptedException;
  }
}
