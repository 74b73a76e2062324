package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be known of the stack without a container engine. */
class DockerComposeTest {
  private static final Pattern ADDRESS = Pattern.compile("(?:http://)?([a-z-]+):(\\d{4,5})");

  private final Compose compose = Compose.read();

  DockerComposeTest() throws IOException {}

  @Test
  void namesTheVersionsThatTheProjectIsBuiltAndTestedWith() throws IOException {
    String elastic = Compose.pomProperty("elasticsearch.version");
    assertThat(compose.service("kafka").image())
        .isEqualTo("apache/kafka:" + Compose.pomProperty("kafka.version"));
    assertThat(compose.service("elasticsearch").image())
        .isEqualTo("docker.elastic.co/elasticsearch/elasticsearch:" + elastic);
    assertThat(compose.service("kibana").image())
        .isEqualTo("docker.elastic.co/kibana/kibana:" + elastic);
    for (String service : List.of("flink-jobmanager", "flink-taskmanager", "flink-checkpoints")) {
      assertThat(compose.service(service).image())
          .isEqualTo("flink:" + Compose.pomProperty("flink.version") + "-java21");
    }
    assertThat(compose.service("millrace").image())
        .isEqualTo("millrace:" + Compose.pomProperty("version"));
  }

  @Test
  void waitsOnlyForWhatCanBeWaitedFor() {
    compose
        .services()
        .forEach(
            (name, service) ->
                service
                    .dependsOn()
                    .forEach(
                        (other, condition) -> {
                          Compose.Service needed = compose.service(other);
                          assertThat(condition)
                              .as("%s waits for %s", name, other)
                              .isEqualTo(
                                  needed.restart().isEmpty()
                                      ? "service_completed_successfully"
                                      : "service_healthy");
                        }));
  }

  @Test
  void checksTheHealthOfEveryServiceThatStays() {
    compose
        .services()
        .forEach(
            (name, service) ->
                assertThat(service.healthCheck().isEmpty())
                    .as("%s has no health check", name)
                    .isEqualTo(service.restart().isEmpty()));
  }

  @Test
  void publishesPortsOnTheLoopbackInterfaceOnlyAndEachOnce() {
    List<String> published =
        compose.services().values().stream().flatMap(service -> service.ports().stream()).toList();
    assertThat(published).doesNotHaveDuplicates().allMatch(port -> port.startsWith("127.0.0.1:"));
    assertThat(published)
        .allSatisfy(port -> assertThat(port).matches("127\\.0\\.0\\.1:(\\d+):\\1"));
  }

  @Test
  void mountsFilesThatExistAndVolumesThatAreDeclared() throws IOException {
    Set<String> used = new TreeSet<>();
    for (Compose.Service service : compose.services().values()) {
      for (String mount : service.volumes()) {
        String source = mount.substring(0, mount.indexOf(':'));
        if (!source.startsWith(".")) {
          used.add(source);
        } else if (source.contains("/target/")) {
          Path module = Compose.ROOT.resolve(source.substring(0, source.indexOf("/target/")));
          assertThat(module.resolve("pom.xml")).exists();
          assertThat(source)
              .isEqualTo(
                  "./flink-jobs/target/flink-jobs-" + Compose.pomProperty("version") + ".jar");
        } else {
          assertThat(Compose.ROOT.resolve(source)).isRegularFile();
          assertThat(mount).endsWith(":ro");
        }
      }
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(compose.volumes());
  }

  @Test
  void givesTheAgentTheVariablesThatItsConfigurationReads() throws IOException {
    String configuration = Files.readString(Compose.ROOT.resolve("configs/demo.yaml"));
    Set<String> read = new HashSet<>();
    Set<String> withoutDefault = new HashSet<>();
    Matcher matcher = Pattern.compile("\\$\\{env:([A-Z_]+)(:-)?").matcher(configuration);
    while (matcher.find()) {
      read.add(matcher.group(1));
      if (matcher.group(2) == null) {
        withoutDefault.add(matcher.group(1));
      }
    }
    assertThat(read).containsAll(compose.service("millrace").environment().keySet());
    assertThat(compose.service("millrace").environment().keySet()).containsAll(withoutDefault);
  }

  @Test
  void givesTheAgentTheLogFilesOfTheOthers() {
    Map<String, String> environment = compose.service("millrace").environment();
    List<String> volumes = compose.service("millrace").volumes();
    for (String name : List.of("elasticsearch", "kafka", "flink")) {
      assertThat(volumes).contains(name + "-logs:/logs/" + name + ":ro");
      assertThat(environment).containsValue("/logs/" + name);
    }
  }

  @Test
  void publishesThePortsThatTheAgentListensOn() throws IOException {
    Map<String, String> environment = compose.service("millrace").environment();
    List<String> listening = new ArrayList<>();
    for (String key : List.of("MILLRACE_OTLP_GRPC", "MILLRACE_OTLP_HTTP", "MILLRACE_HEALTH")) {
      assertThat(environment.get(key)).startsWith("0.0.0.0:");
      listening.add(String.valueOf(environment.get(key)).substring("0.0.0.0:".length()));
    }
    listening.add(String.valueOf(environment.get("MILLRACE_METRICS_PORT")));
    assertThat(compose.service("millrace").ports())
        .containsExactlyInAnyOrderElementsOf(
            listening.stream().map(port -> "127.0.0.1:" + port + ":" + port).toList());
    String dockerfile = Files.readString(Compose.ROOT.resolve(DockerfileTest.DOCKERFILE));
    assertThat(dockerfile).contains("\nEXPOSE 4317 4318 8888 13133\n");
    assertThat(listening).containsExactlyInAnyOrder("4317", "4318", "8888", "13133");
  }

  @Test
  void asksTheJobOnlyForWhatItTakes() throws IOException {
    String manual = Files.readString(Compose.ROOT.resolve("docs/flink-job.md"));
    List<String> command = compose.service("flink-jobmanager").command();
    assertThat(command).startsWith("standalone-job", "--job-classname");
    assertThat(manual).contains("`" + command.get(2) + "`");
    List<String> flags = command.subList(3, command.size());
    for (int i = 0; i < flags.size(); i += 2) {
      assertThat(manual).containsPattern("(?m)^\\| `" + flags.get(i) + " ");
    }
    assertThat(flags).contains("--brokers", "--aggregates", "--es-url");
    int checkpoints = flags.indexOf("--checkpoint-dir") + 1;
    for (String service : List.of("flink-jobmanager", "flink-taskmanager")) {
      assertThat(compose.service(service).volumes())
          .contains("flink-checkpoints:" + flags.get(checkpoints).substring("file://".length()));
    }
    int aggregates = flags.indexOf("--aggregates") + 1;
    assertThat(compose.service("flink-jobmanager").volumes())
        .contains("./configs/flink/aggregates.yaml:" + flags.get(aggregates) + ":ro");
  }

  @Test
  void writesAddressesOfServicesThatListenThere() {
    String listeners =
        String.valueOf(compose.service("kafka").environment().get("KAFKA_ADVERTISED_LISTENERS"));
    Set<String> known =
        Set.of("elasticsearch:9200", "kafka:9093", "flink-jobmanager:8081", "localhost:9092");
    compose
        .services()
        .forEach(
            (name, service) -> {
              List<String> texts = new ArrayList<>(service.command());
              texts.addAll(service.environment().values());
              for (String text : texts) {
                Matcher matcher = ADDRESS.matcher(text);
                while (matcher.find()) {
                  String address = matcher.group(1) + ":" + matcher.group(2);
                  assertThat(known.contains(address) || listeners.contains("//" + address))
                      .as("%s: %s", name, address)
                      .isTrue();
                }
              }
            });
  }

  @Test
  void makesTheTopicsThatAgentAndJobUseByDefault() {
    String script = String.join(" ", compose.service("kafka-topics").command());
    assertThat(script).contains("otlp_logs otlp_metrics otlp_spans");
    assertThat(compose.service("kafka").environment())
        .containsEntry("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
  }
}
