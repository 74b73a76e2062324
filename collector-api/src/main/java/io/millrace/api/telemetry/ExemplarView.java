package io.millrace.api.telemetry;

/** An {@code Exemplar} in place. */
final class ExemplarView extends MessageView implements Exemplar {

  ExemplarView(byte[] a, int from, int to) {
    super(MessageType.EXEMPLAR, a, from, to);
  }

  @Override
  public long timeUnixNanos() {
    return fixed64(2);
  }

  @Override
  public String traceId() {
    return hex(5);
  }

  @Override
  public String spanId() {
    return hex(4);
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
}
