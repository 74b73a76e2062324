package io.millrace.api.telemetry;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** A {@code ResourceLogs}, {@code ResourceSpans} or {@code ResourceMetrics} in place. */
final class GroupView extends MessageView implements ResourceGroup {
  static final int RESOURCE = Wire.tag(1, Wire.LEN);
  static final int SCOPES = Wire.tag(2, Wire.LEN);

  private final Signal signal;
  private final int firstItem;

  GroupView(Signal signal, byte[] a, int from, int to, int firstItem) {
    super(typeOf(signal), a, from, to);
    this.signal = signal;
    this.firstItem = firstItem;
  }

  @Override
  public Resource resource() {
    int at = at(1);
    return at == 0 ? ResourceView.NONE : new ResourceView(a, Wire.varintEnd(a, at), lenEnd(at));
  }

  @Override
  public String schemaUrl() {
    return text(3);
  }

  @Override
  public Iterable<ScopeGroup> scopes() {
    return Scopes::new;
  }

  /** Shows the items in order; answers the index after the last one. */
  int visit(ItemVisitor visitor) {
    int next = firstItem;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == SCOPES) {
        next = new ScopeGroupView(signal, a, field.from, field.to, next).visit(this, visitor);
      }
    }
    return next;
  }

  static MessageType typeOf(Signal signal) {
    return switch (signal) {
      case LOGS -> MessageType.RESOURCE_LOGS;
      case METRICS -> MessageType.RESOURCE_METRICS;
      case TRACES -> MessageType.RESOURCE_SPANS;
      case PROFILES -> throw signal.unsupported();
    };
  }

  private final class Scopes implements Iterator<ScopeGroup> {
    private final Fields field = new Fields(a, from, to);
    private int next = firstItem;
    private boolean ready = advance();

    private boolean advance() {
      while (field.next()) {
        if (field.tag == SCOPES) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean hasNext() {
      return ready;
    }

    @Override
    public ScopeGroup next() {
      if (!ready) {
        throw new NoSuchElementException();
      }
      ScopeGroupView scope = new ScopeGroupView(signal, a, field.from, field.to, next);
      ready = advance();
      if (ready) {
        next += Items.count(scope.messageType(), a, scope.from, scope.to);
      }
      return scope;
    }
  }
}
