package io.millrace.core.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Logs;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayTest {
  private final List<String> passed = new ArrayList<>();

  @Test
  void walksAChainToItsEnd() throws Exception {
    Consumer end = parcel -> passed.add("end of " + parcel.batch().itemCount());
    chain("a", chain("b", chain("c", end))).accept(parcel(0));
    assertThat(passed).containsExactly("a", "b", "c", "end of 3");
  }

  @Test
  void endsWhereAParcelEnds() throws Exception {
    Relay stop = parcel -> null;
    chain("a", stop).accept(parcel(0));
    assertThat(passed).containsExactly("a");
  }

  /** Else each processor of a pipeline would hold its result until the last has taken its own. */
  @Test
  void keepsNothingThatWasMadeOnTheWay() throws Exception {
    List<WeakReference<Parcel>> made = new ArrayList<>();
    Consumer end =
        parcel -> {
          System.gc();
          assertThat(made.getLast().refersTo(parcel)).isTrue();
          assertThat(made.subList(0, made.size() - 1)).allMatch(each -> each.refersTo(null));
          passed.add("end");
        };
    Consumer next = end;
    for (int i = 0; i < 5; i++) {
      Consumer following = next;
      next =
          (Relay)
              parcel -> {
                Parcel more = parcel(parcel.batch().itemCount() + 1);
                made.add(new WeakReference<>(more));
                return new Relay.Onward(following, more);
              };
    }
    next.accept(parcel(0));
    assertThat(passed).containsExactly("end");
  }

  /** Adds a record to what it passes. */
  private Relay chain(String name, Consumer next) {
    return parcel -> {
      passed.add(name);
      return new Relay.Onward(next, parcel(parcel.batch().itemCount() + 1));
    };
  }

  private static Parcel parcel(int records) {
    var builder = Logs.builder();
    for (int i = 0; i < records; i++) {
      builder.record();
    }
    return new Parcel(
        builder.build(), Deliveries.replayable(outcome -> {}), RequestContext.local(0));
  }
}
