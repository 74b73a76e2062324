package io.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.Processor;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.StatefulProcessor;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.testkit.TestContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

// The suites themselves are under test: those that must fail are called.
@SuppressWarnings("JUnitMethodInvoked")
class SampleProcessorContractTest {

  @Nested
  class OfASimpleOne extends ProcessorContractTest {
    @Override
    protected Processor create(TestContext context) {
      return (SimpleProcessor) (batch, request) -> batch;
    }
  }

  @Nested
  class OfAHoldingOne extends ProcessorContractTest {
    @Override
    protected Processor create(TestContext context) {
      return new Holding(false, false);
    }
  }

  @Test
  void findsWhatIsLeftBehindAtAStop() {
    assertThatThrownBy(() -> suite(new Holding(true, false)).handsOnWhatItHoldsWhenItIsStopped())
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void findsADeliveryThatEndsTooEarly() {
    assertThatThrownBy(() -> suite(new Holding(false, true)).endsEveryDeliveryOnceAndNotTooEarly())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ended early");
  }

  @Test
  void findsItemsThatVanish() {
    SimpleProcessor dropping = (batch, request) -> Batch.empty(batch.signal());
    assertThatThrownBy(() -> suite(dropping).passesEveryItemOnceWhenManyThreadsCall())
        .isInstanceOf(AssertionError.class);
  }

  private static ProcessorContractTest suite(Processor processor) {
    return new ProcessorContractTest() {
      @Override
      protected Processor create(TestContext context) {
        return processor;
      }
    };
  }

  /** Hands on three parcels as one. */
  private static final class Holding implements StatefulProcessor {
    private final boolean leavesBehind;
    private final boolean endsEarly;
    private final List<Parcel> held = new ArrayList<>();
    private @Nullable Consumer next;

    Holding(boolean leavesBehind, boolean endsEarly) {
      this.leavesBehind = leavesBehind;
      this.endsEarly = endsEarly;
    }

    @Override
    public Mode mode() {
      return Mode.HOLD;
    }

    @Override
    public synchronized void accept(Parcel parcel, Consumer consumer) throws InterruptedException {
      if (endsEarly) {
        parcel.delivery().delivered();
      }
      next = consumer;
      held.add(parcel);
      if (held.size() == 3) {
        flush(consumer);
      }
    }

    @Override
    public synchronized void stop() throws InterruptedException {
      Consumer consumer = next;
      if (consumer != null && !held.isEmpty() && !leavesBehind) {
        flush(consumer);
      }
    }

    private void flush(Consumer consumer) throws InterruptedException {
      Batch all = Batch.concat(held.stream().map(Parcel::batch).toList());
      Delivery joined = Deliveries.join(held.stream().map(Parcel::delivery).toList());
      held.clear();
      consumer.accept(new Parcel(all, joined, RequestContext.local(0)));
    }
  }
}
