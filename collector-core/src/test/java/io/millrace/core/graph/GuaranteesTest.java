package io.millrace.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Overflow;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.core.fakes.AgentSetup;
import io.millrace.core.fakes.FakeExporter;
import io.millrace.core.fakes.FakeReceiver;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuaranteesTest {
  private final AgentSetup setup =
      new AgentSetup(Path.of("unused"))
          .receiver("in", new FakeReceiver())
          .loggedReceiver("pushed", new FakeReceiver())
          .exporter("out", new FakeExporter());

  @Test
  void sayWhenEachReceiverAcknowledges() {
    setup.pipeline("logs", "in pushed", "", "out");
    assertThat(Guarantees.of(setup.config()))
        .containsExactly(
            "logs: in acknowledges what every exporter has; pushed acknowledges what is in its log"
                + " on disk, and delivers it through crashes and outages");
  }

  @Test
  void nameWhatAProcessorLosesInACrash() {
    setup
        .losingProcessor(
            "count", "the counts of up to 60 s", context -> (SimpleProcessor) (batch, c) -> batch)
        .processor("harmless", context -> (SimpleProcessor) (batch, c) -> batch)
        .pipeline("logs", "in", "harmless count", "out");
    assertThat(Guarantees.of(setup.config()))
        .containsExactly(
            "logs: in acknowledges what every exporter has; processor count loses in a crash the"
                + " counts of up to 60 s");
  }

  @Test
  void nameWhatAnExporterGivesUpOrDoesNotTake() {
    DeliverySettings standard = DeliverySettings.standard();
    setup
        .exporter(
            "short",
            standard.withRetry(
                new DeliverySettings.Retry(
                    true,
                    Duration.ofSeconds(1),
                    0,
                    1,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(300))),
            context -> new FakeExporter())
        .exporter(
            "lossy",
            standard.withQueue(standard.queue().withOverflow(Overflow.DROP)),
            context -> new FakeExporter())
        .storedExporter("stored", new FakeExporter())
        .pipeline("logs", "in", "", "out short lossy stored");
    assertThat(Guarantees.of(setup.config()))
        .containsExactly(
            "logs: in acknowledges what every exporter has; exporter short gives up after 300 s,"
                + " which puts the batch in its dead letters, or refuses it to a sender that still"
                + " waits; exporter lossy loses what its full queue does not take; exporter stored"
                + " has what is in its log on disk");
  }
}
