package io.millrace.toolkit.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;

/**
 * Hands a client the content of a request as it lies in memory, in slices. The JDK's publishers
 * copy it, into buffers of 16 KiB of which each costs a round through the client. Thread-safe;
 * every subscriber gets everything.
 */
final class SlicePublisher implements BodyPublisher {
  /** The client copies a slice into a buffer outside the heap, which each of its threads keeps. */
  private static final int SLICE_BYTES = 64 * 1024;

  private final List<ByteBuffer> content;
  private final long length;

  /**
   * Makes a publisher.
   *
   * @param content at least one byte; must not change any more
   */
  SlicePublisher(List<ByteBuffer> content) {
    this.content = List.copyOf(content);
    long sum = 0;
    for (ByteBuffer part : content) {
      sum += part.remaining();
    }
    this.length = sum;
  }

  @Override
  public long contentLength() {
    return length;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Slices(subscriber));
  }

  private Queue<ByteBuffer> slices() {
    Queue<ByteBuffer> slices = new ArrayDeque<>();
    for (ByteBuffer part : content) {
      for (int at = 0; at < part.remaining(); at += SLICE_BYTES) {
        slices.add(part.slice(part.position() + at, Math.min(SLICE_BYTES, part.remaining() - at)));
      }
    }
    return slices;
  }

  /** One subscriber's way through the slices. It may ask for more while it is given one. */
  private final class Slices implements Flow.Subscription {
    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final Queue<ByteBuffer> left = slices();
    private long wanted;
    private boolean giving;
    private boolean over;

    Slices(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long more) {
      if (more <= 0) {
        cancel();
        subscriber.onError(new IllegalArgumentException("request: " + more + " (expected: > 0)"));
        return;
      }
      synchronized (this) {
        wanted = wanted + more < 0 ? Long.MAX_VALUE : wanted + more;
        if (giving) {
          return;
        }
        giving = true;
      }
      give();
    }

    @Override
    public synchronized void cancel() {
      over = true;
    }

    private void give() {
      while (true) {
        ByteBuffer next;
        synchronized (this) {
          if (over || wanted == 0) {
            giving = false;
            return;
          }
          next = left.poll();
          if (left.isEmpty()) {
            over = true;
          }
          wanted--;
        }
        if (next != null) {
          subscriber.onNext(next);
        }
        synchronized (this) {
          if (!left.isEmpty() || !over) {
            continue;
          }
        }
        subscriber.onComplete();
        return;
      }
    }
  }
}
