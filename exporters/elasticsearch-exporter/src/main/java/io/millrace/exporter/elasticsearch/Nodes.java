package io.millrace.exporter.elasticsearch;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The nodes of the cluster, used in turn. One that does not answer is left out for a second, then
 * for twice as long each time, up to a minute; when none is left, the one whose time is over first
 * is tried. Thread-safe.
 */
final class Nodes {
  private static final long FIRST_REST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_REST_NANOS = Duration.ofMinutes(1).toNanos();

  private final List<Node> nodes;
  private final LongSupplier nanoTime;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Makes nodes that are all well.
   *
   * @param urls at least one
   * @param nanoTime as {@link System#nanoTime}
   */
  Nodes(List<URI> urls, LongSupplier nanoTime) {
    this.nodes = urls.stream().map(Node::new).toList();
    this.nanoTime = nanoTime;
  }

  /** A node. Its state belongs to {@link Nodes}. */
  static final class Node {
    private final URI url;
    private long restNanos;
    private long restUntil;

    private Node(URI url) {
      this.url = url;
    }

    URI url() {
      return url;
    }

    /** The URL of a path at this node. */
    URI at(String pathAndQuery) {
      return URI.create(url + pathAndQuery);
    }
  }

  /** Every node, in the order in which to try them now. */
  synchronized List<Node> inTurn() {
    long now = nanoTime.getAsLong();
    int first = Math.floorMod(turn.getAndIncrement(), nodes.size());
    List<Node> well = new ArrayList<>();
    List<Node> resting = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get((first + i) % nodes.size());
      (node.restNanos == 0 || now - node.restUntil >= 0 ? well : resting).add(node);
    }
    resting.sort(Comparator.comparingLong(node -> node.restUntil - now));
    well.addAll(resting);
    return well;
  }

  /** A node did not answer. */
  synchronized void failed(Node node) {
    node.restNanos =
        node.restNanos == 0 ? FIRST_REST_NANOS : Math.min(LONGEST_REST_NANOS, 2 * node.restNanos);
    node.restUntil = nanoTime.getAsLong() + node.restNanos;
  }

  /** A node answered, whatever it said. */
  synchronized void answered(Node node) {
    node.restNanos = 0;
  }
}
