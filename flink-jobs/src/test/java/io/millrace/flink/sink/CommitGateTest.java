package io.millrace.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.document.Document;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitGateTest {

  private OneInputStreamOperatorTestHarness<Document, Document> harness;

  @BeforeEach
  void open() throws Exception {
    harness = new OneInputStreamOperatorTestHarness<>(new CommitGate(true));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void holdsDocumentsUntilTheirCheckpointIsComplete() throws Exception {
    send("a", 1);
    harness.snapshot(1, 1);
    send("b", 1);
    assertThat(out()).isEmpty();
    harness.notifyOfCompletedCheckpoint(1);
    assertThat(out()).containsExactly("a:1");
    harness.snapshot(2, 2);
    harness.notifyOfCompletedCheckpoint(2);
    assertThat(out()).containsExactly("a:1", "b:1");
  }

  @Test
  void waitsForTheNextCheckpointWhenOneFails() throws Exception {
    send("a", 1);
    harness.snapshot(1, 1);
    send("a", 3);
    harness.snapshot(2, 2);
    harness.notifyOfCompletedCheckpoint(2);
    assertThat(out()).containsExactly("a:3");
  }

  @Test
  void letsOnlyTheLastVersionThrough() throws Exception {
    send("a", 2);
    send("a", 5);
    send("a", 4);
    harness.snapshot(1, 1);
    harness.notifyOfCompletedCheckpoint(1);
    assertThat(out()).containsExactly("a:5");
  }

  @Test
  void sendsAfterARestartWhatTheCheckpointHeld() throws Exception {
    send("a", 1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    send("lost", 1);
    harness.close();
    harness = new OneInputStreamOperatorTestHarness<>(new CommitGate(true));
    harness.initializeState(state);
    harness.open();
    harness.setProcessingTime(harness.getProcessingTime() + 1);
    assertThat(out()).containsExactly("a:1");
    OperatorSubtaskState after = harness.snapshot(2, 2);
    harness.close();
    harness = new OneInputStreamOperatorTestHarness<>(new CommitGate(true));
    harness.initializeState(after);
    harness.open();
    harness.setProcessingTime(harness.getProcessingTime() + 1);
    assertThat(out()).isEmpty();
  }

  @Test
  void holdsNothingBackAtTheEnd() throws Exception {
    send("a", 1);
    harness.snapshot(1, 1);
    send("b", 1);
    harness.endInput();
    assertThat(out()).containsExactlyInAnyOrder("a:1", "b:1");
  }

  @Test
  void holdsNothingWithoutCheckpoints() throws Exception {
    harness.close();
    harness = new OneInputStreamOperatorTestHarness<>(new CommitGate(false));
    harness.open();
    send("a", 1);
    assertThat(out()).containsExactly("a:1");
  }

  private void send(String id, long version) throws Exception {
    harness.processElement(new StreamRecord<>(new Document("i", id, version, new byte[0])));
  }

  private List<String> out() {
    return harness.extractOutputValues().stream()
        .map(document -> document.id() + ":" + document.version())
        .toList();
  }
}
