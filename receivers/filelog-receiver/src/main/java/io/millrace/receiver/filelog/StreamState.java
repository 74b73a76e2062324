package io.millrace.receiver.filelog;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is stored about one life of a file. Immutable.
 *
 * <p>As bytes: version 1, then the components in their order, big endian; lists and texts with
 * their length before. A reader that knows of no readings stops behind the path, and bytes that end
 * there have none.
 *
 * @param generation which life of the file it is
 * @param position end of what has been delivered without a gap; a record begins there
 * @param recordNumber records before the position
 * @param prefix the file's first bytes
 * @param marker the bytes before the position
 * @param boundaries ends of records behind the position that the bytes do not tell, ascending
 * @param seenMillis when the file was last there, milliseconds since 1970
 * @param path where it was
 * @param readings when what was first read, ascending, from the position to the end of what may
 *     have been handed over
 */
record StreamState(
    long generation,
    long position,
    long recordNumber,
    Fingerprint prefix,
    Fingerprint marker,
    List<Long> boundaries,
    long seenMillis,
    String path,
    List<ReadRun> readings) {
  private static final int VERSION = 1;
  private static final int MAX_COUNT = 65_536;

  StreamState {
    boundaries = List.copyOf(boundaries);
    readings = List.copyOf(readings);
  }

  /** Reads the stored form. */
  static StreamState decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("version: " + version + " (expected: " + VERSION + ")");
    }
    long generation = in.readLong();
    long position = in.readLong();
    long recordNumber = in.readLong();
    Fingerprint prefix = new Fingerprint(in.readInt(), in.readLong());
    Fingerprint marker = new Fingerprint(in.readInt(), in.readLong());
    int count = count(in, "boundaries");
    List<Long> boundaries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boundaries.add(in.readLong());
    }
    long seenMillis = in.readLong();
    String path = in.readUTF();
    int runs = in.available() == 0 ? 0 : count(in, "readings");
    List<ReadRun> readings = new ArrayList<>(runs);
    for (int i = 0; i < runs; i++) {
      readings.add(new ReadRun(in.readLong(), in.readLong()));
    }
    return new StreamState(
        generation, position, recordNumber, prefix, marker, boundaries, seenMillis, path, readings);
  }

  private static int count(DataInputStream in, String what) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_COUNT) {
      throw new IOException(what + ": " + count + " (expected: 0 to " + MAX_COUNT + ")");
    }
    return count;
  }

  /** The stored form. */
  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      out.writeLong(generation);
      out.writeLong(position);
      out.writeLong(recordNumber);
      out.writeInt(prefix.length());
      out.writeLong(prefix.hash());
      out.writeInt(marker.length());
      out.writeLong(marker.hash());
      out.writeInt(boundaries.size());
      for (long boundary : boundaries) {
        out.writeLong(boundary);
      }
      out.writeLong(seenMillis);
      out.writeUTF(path.length() > 16_384 ? "" : path);
      out.writeInt(readings.size());
      for (ReadRun run : readings) {
        out.writeLong(run.end());
        out.writeLong(run.quarter());
      }
    } catch (IOException e) {
      throw new IllegalStateException("An array refused bytes", e);
    }
    return bytes.toByteArray();
  }
}
