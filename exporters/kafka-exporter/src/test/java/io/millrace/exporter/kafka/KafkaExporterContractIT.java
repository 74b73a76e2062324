package io.millrace.exporter.kafka;

import io.millrace.api.component.Exporter;
import io.millrace.api.telemetry.Signal;
import io.millrace.exporter.kafka.KafkaExporterConfig.SignalConfig;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.contract.ExporterContractTest;
import io.millrace.testkit.fault.FaultProxy;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.SharedKafka;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class KafkaExporterContractIT extends ExporterContractTest {
  private static final int MANY = 1_000;

  private final KafkaServer kafka = SharedKafka.get();
  private final String prefix = "contract-" + UUID.randomUUID() + "-";
  private final List<FaultProxy> proxies = new ArrayList<>();

  @BeforeEach
  void makeTopics() throws Exception {
    for (Signal signal : Signal.readable()) {
      kafka.createTopic(prefix + signal.id(), 2);
    }
  }

  @AfterEach
  void closeProxies() throws IOException {
    for (FaultProxy proxy : proxies) {
      proxy.close();
    }
  }

  @Override
  protected Exporter create(TestContext context) {
    return create(context, kafka.bootstrapServers());
  }

  @Override
  protected Collection<String> received(Signal signal) throws Exception {
    return Topic.ids(kafka.bootstrapServers(), prefix + signal.id(), signal);
  }

  @Override
  protected Optional<Exporter> createUnreachable(TestContext context) {
    return Optional.of(create(context, "127.0.0.1:1"));
  }

  @Override
  protected Optional<Exporter> createHanging(TestContext context) throws Exception {
    FaultProxy proxy = FaultProxy.tcp(kafka.bootstrapServers());
    proxies.add(proxy);
    proxy.hang(MANY);
    return Optional.of(create(context, proxy.address()));
  }

  private Exporter create(TestContext context, String brokers) {
    TestConfig config = TestConfig.at(brokers);
    config.logs = SignalConfig.of(prefix + "logs");
    config.metrics = SignalConfig.of(prefix + "metrics");
    config.traces = SignalConfig.of(prefix + "traces");
    return new KafkaExporterFactory().create(context, config.make());
  }
}
