package io.millrace.api.telemetry;

import java.util.function.Consumer;

/** An {@code Exemplar} in place. */
final class ExemplarView extends MessageView implements Exemplar {
  static final ExemplarView NONE = new ExemplarView(Wire.NOTHING, 0, 0);

  ExemplarView(byte[] a, int from, int to) {
    super(MessageType.EXEMPLAR, a, from, to);
  }

  @Override
  public long timeUnixNanos() {
    return fixed64(2);
  }

  @Override
  public String traceId() {
    return id(5, 16);
  }

  @Override
  public String spanId() {
    return id(4, 8);
  }

  @Override
  public boolean hasLongValue() {
    return at(6) > at(3);
  }

  @Override
  public boolean hasDoubleValue() {
    return at(3) > at(6);
  }

  @Override
  public long longValue() {
    if (hasLongValue()) {
      return fixed64(6);
    }
    return hasDoubleValue() ? (long) fixedDouble(3) : 0;
  }

  @Override
  public double doubleValue() {
    if (hasDoubleValue()) {
      return fixedDouble(3);
    }
    return hasLongValue() ? (double) fixed64(6) : 0;
  }

  @Override
  public Attributes filteredAttributes() {
    return new WireAttributes(a, from, to, Wire.tag(7, Wire.LEN));
  }

  @Override
  public Exemplar with(Consumer<? super EditableExemplar> changes) {
    ExemplarEdit edit = new ExemplarEdit(a, from, to);
    changes.accept(edit);
    edit.flatten();
    return new ExemplarView(edit.a, edit.from, edit.to);
  }
}
