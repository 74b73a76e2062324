package io.millrace.receiver.kafka;

import io.millrace.api.component.Receiver;
import io.millrace.receiver.kafka.KafkaReceiverConfig.SignalConfig;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.contract.ReceiverContractTest;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.SharedKafka;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

final class KafkaReceiverContractIT extends ReceiverContractTest {
  private final KafkaServer kafka = SharedKafka.get();
  private final String topic = "contract-" + UUID.randomUUID();
  private final KafkaProducer<byte[], byte[]> producer = ReceiverSetup.producer(kafka);

  @BeforeEach
  void makeTopic() throws Exception {
    kafka.createTopic(topic, 2);
  }

  @AfterEach
  void closeProducer() {
    producer.close();
  }

  @Override
  protected Receiver create(TestContext context, RecordingOutputs outputs) {
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), topic);
    config.logs = SignalConfig.of(topic);
    return new KafkaReceiverFactory().create(context, config.make(), outputs);
  }

  @Override
  protected Collection<String> send(List<String> ids) throws Exception {
    int half = ids.size() / 2;
    int partition = 0;
    for (List<String> some : List.of(ids.subList(0, half), ids.subList(half, ids.size()))) {
      byte[] value = TestTelemetry.logs(some).toBytes();
      producer.send(new ProducerRecord<>(topic, partition++, null, value)).get();
    }
    return List.of();
  }

  @Override
  protected boolean replayable() {
    return true;
  }
}
