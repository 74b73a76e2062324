package io.millrace.api.telemetry;

/** An exemplar with changes over it. One thread at a time. */
final class ExemplarEdit extends PartEdit implements EditableExemplar {

  ExemplarEdit(byte[] a, int from, int to) {
    super(a, from, to, () -> {});
  }

  @Override
  public void timeUnixNanos(long nanos) {
    fixed64(2, nanos);
  }

  @Override
  public void traceId(String hex) {
    id(5, hex, 16);
  }

  @Override
  public void spanId(String hex) {
    id(4, hex, 8);
  }

  @Override
  public void longValue(long value) {
    dropField(Wire.tag(3, Wire.FIXED64));
    fixed64(6, value);
  }

  @Override
  public void doubleValue(double value) {
    dropField(Wire.tag(6, Wire.FIXED64));
    fixed64(3, Double.doubleToRawLongBits(value));
  }

  @Override
  public EditableAttributes filteredAttributes() {
    return new AttributesEdit(this, Wire.tag(7, Wire.LEN));
  }
}
