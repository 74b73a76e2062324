package io.millrace.testkit.fault;

import java.io.IOException;
import java.io.OutputStream;

/** Writes through while a gate is open, up to a number of bytes; then fails. */
final class GatedOutput extends OutputStream {
  private final OutputStream out;
  private final Gate gate;
  private long left;

  GatedOutput(OutputStream out, Gate gate, long maxBytes) {
    this.out = out;
    this.gate = gate;
    this.left = maxBytes;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    gate.pass();
    int allowed = (int) Math.min(length, left);
    out.write(bytes, offset, allowed);
    left -= allowed;
    if (allowed < length) {
      out.flush();
      throw new IOException("cut");
    }
  }

  @Override
  public void flush() throws IOException {
    gate.pass();
    out.flush();
  }
}
