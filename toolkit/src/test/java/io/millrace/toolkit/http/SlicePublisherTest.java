package io.millrace.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlicePublisherTest {
  private final byte[] bytes = new byte[200_000];

  SlicePublisherTest() {
    new Random(7).nextBytes(bytes);
  }

  @Test
  void givesEverySubscriberAllOfTheContentInOrder() {
    SlicePublisher publisher =
        new SlicePublisher(
            List.of(ByteBuffer.wrap(bytes, 0, 70_000), ByteBuffer.wrap(bytes, 70_000, 130_000)));

    Taker first = new Taker(1);
    Taker second = new Taker(Long.MAX_VALUE);
    publisher.subscribe(first);
    publisher.subscribe(second);

    assertThat(publisher.contentLength()).isEqualTo(bytes.length);
    assertThat(first.taken.toByteArray()).isEqualTo(bytes);
    assertThat(first.completions).isEqualTo(1);
    assertThat(second.taken.toByteArray()).isEqualTo(bytes);
    assertThat(second.completions).isEqualTo(1);
  }

  @Test
  void givesNoMoreThanIsAskedFor() {
    Taker taker = new Taker(0);
    new SlicePublisher(List.of(ByteBuffer.wrap(bytes))).subscribe(taker);
    assertThat(taker.taken.size()).isZero();

    taker.subscription().request(2);

    assertThat(taker.taken.size()).isEqualTo(2 * 64 * 1024);
    assertThat(taker.completions).isZero();
  }

  @Test
  void givesNothingAfterItWasCancelled() {
    Taker taker = new Taker(0);
    new SlicePublisher(List.of(ByteBuffer.wrap(bytes))).subscribe(taker);

    taker.subscription().cancel();
    taker.subscription().request(1);

    assertThat(taker.taken.size()).isZero();
    assertThat(taker.completions).isZero();
  }

  /** Asks for so much at once: 1 for one after the other, 0 for nothing. */
  private static final class Taker implements Flow.Subscriber<ByteBuffer> {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final long atOnce;
    private Flow.@Nullable Subscription subscription;
    private int completions;

    Taker(long atOnce) {
      this.atOnce = atOnce;
    }

    Flow.Subscription subscription() {
      Flow.Subscription given = subscription;
      if (given == null) {
        throw new IllegalStateException("not subscribed");
      }
      return given;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      if (atOnce > 0) {
        given.request(atOnce);
      }
    }

    @Override
    public void onNext(ByteBuffer slice) {
      byte[] part = new byte[slice.remaining()];
      slice.get(part);
      taken.writeBytes(part);
      if (atOnce == 1) {
        subscription().request(1);
      }
    }

    @Override
    public void onError(Throwable cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void onComplete() {
      completions++;
    }
  }
}
