package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class NodesTest {
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);
  private final Nodes nodes =
      new Nodes(
          List.of(URI.create("http://a"), URI.create("http://b"), URI.create("http://c")),
          time::get);

  @Test
  void takesThemInTurn() {
    assertThat(order()).containsExactly("a", "b", "c");
    assertThat(order()).containsExactly("b", "c", "a");
    assertThat(order()).containsExactly("c", "a", "b");
  }

  @Test
  void leavesOneThatDoesNotAnswerForLast() {
    nodes.failed(nodes.inTurn().getFirst());

    assertThat(order()).containsExactly("b", "c", "a");
    assertThat(order()).containsExactly("c", "b", "a");
    assertThat(order()).containsExactly("b", "c", "a");
  }

  @Test
  void comesBackToItAfterAWhileThatDoublesEachTime() {
    Nodes.Node a = nodes.inTurn().getFirst();
    nodes.failed(a);
    nodes.failed(a);

    pass(Duration.ofMillis(1_999));
    assertThat(order().getLast()).isEqualTo("a");
    pass(Duration.ofMillis(1));
    assertThat(order()).containsExactly("c", "a", "b");
  }

  @Test
  void forgetsFailuresOnceItAnswers() {
    Nodes.Node a = nodes.inTurn().getFirst();
    nodes.failed(a);
    nodes.answered(a);

    assertThat(order()).containsExactly("b", "c", "a");
    assertThat(order()).containsExactly("c", "a", "b");
  }

  @Test
  void triesTheOneWhoseRestEndsFirstWhenNoneIsLeft() {
    List<Nodes.Node> all = nodes.inTurn();
    nodes.failed(all.get(2));
    pass(Duration.ofMillis(100));
    nodes.failed(all.get(0));
    nodes.failed(all.get(1));
    nodes.failed(all.get(1));

    assertThat(order()).containsExactly("c", "a", "b");
  }

  private void pass(Duration duration) {
    time.addAndGet(duration.toNanos());
  }

  private List<String> order() {
    return nodes.inTurn().stream().map(node -> String.valueOf(node.url().getHost())).toList();
  }
}
