package io.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.Receiver;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class QueueReceiverContractTest extends ReceiverContractTest {
  private final CopyOnWriteArrayList<String> source = new CopyOnWriteArrayList<>();
  private QueueReceiver.Fault fault = QueueReceiver.Fault.NONE;

  private static QueueReceiverContractTest with(QueueReceiver.Fault fault) {
    QueueReceiverContractTest suite = new QueueReceiverContractTest();
    suite.fault = fault;
    return suite;
  }

  @Override
  protected Receiver create(TestContext context, RecordingOutputs outputs) {
    return new QueueReceiver(source, context, outputs, fault);
  }

  @Override
  protected Collection<String> send(List<String> ids) {
    source.addAll(ids);
    return List.of();
  }

  @Override
  protected boolean replayable() {
    return true;
  }

  @Test
  void findsAStopThatNeedsAStart() {
    var suite = with(QueueReceiver.Fault.FAILS_ON_STOP_WITHOUT_START);
    assertThatThrownBy(suite::stopsWithoutHavingBeenStarted)
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void findsItemsWithoutOrigins() throws Exception {
    var suite = with(QueueReceiver.Fault.HAS_NO_ORIGINS);
    assertThatThrownBy(suite::handsOverEveryItemOnceWithAnOriginOfItsOwn)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("origins of");
    suite.stopWhatATestLeft();
  }

  @Test
  void findsAPositionThatIsForgotten() throws Exception {
    var suite = with(QueueReceiver.Fault.FORGETS_ITS_POSITION);
    assertThatThrownBy(suite::goesOnInANewInstanceWhereItWasStopped)
        .isInstanceOf(AssertionError.class);
    suite.stopWhatATestLeft();
  }

  @Test
  void passesWhatKeepsTheContract() {
    var suite = new QueueReceiverContractTest();
    assertThatCode(suite::losesNothingWhenParcelsAreRefusedAtRandom).doesNotThrowAnyException();
    assertThatCode(suite::stopWhatATestLeft).doesNotThrowAnyException();
  }
}
