package io.millrace.toolkit.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.millrace.toolkit.net.ArrivalGate;
import org.jspecify.annotations.Nullable;

/**
 * Leads the messages of a gRPC server through an {@link ArrivalGate}. gRPC itself takes in any
 * number of messages at the same time, each up to its largest size, which together are more than
 * the agent's memory. A call that has not asked for its message yet gets no further than its
 * flow-control window. Lives on the call's event loop.
 */
public final class Arrivals extends ServerStreamTracer {
  private static final Context.Key<Arrivals> KEY = Context.key("millrace-arrivals");

  private final ArrivalGate.Place place;
  private @Nullable Runnable overload;

  private Arrivals(ArrivalGate.Place place) {
    this.place = place;
  }

  /** Counts what arrives on a server, to be added to it. */
  public static ServerStreamTracer.Factory at(ArrivalGate gate) {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new Arrivals(gate.place());
      }
    };
  }

  /**
   * What the call that just starts has to pass.
   *
   * @throws IllegalStateException when the server was not made with {@link #at}
   */
  public static Arrivals ofCurrentCall() {
    Arrivals current = KEY.get();
    if (current == null) {
      throw new IllegalStateException("the server's messages pass no gate");
    }
    return current;
  }

  /**
   * Asks whether the call may have its message. It must not request it before.
   *
   * @param later requests the message when {@code WAIT} was answered; runs on any thread
   * @param whenOverloaded gives the call up when its message finds no room half-way; runs at most
   *     once, on the event loop
   */
  public ArrivalGate.Answer enter(Runnable later, Runnable whenOverloaded) {
    overload = whenOverloaded;
    return place.enter(later);
  }

  /** The message is whole. */
  public void arrived() {
    place.arrived();
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void inboundWireSize(long bytes) {
    Runnable action = overload;
    if (!place.grow(bytes) && action != null) {
      overload = null;
      place.close();
      action.run();
    }
  }

  @Override
  public void streamClosed(Status status) {
    place.close();
  }
}
