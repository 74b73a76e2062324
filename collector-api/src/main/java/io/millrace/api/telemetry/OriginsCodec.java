package io.millrace.api.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Origins as bytes; see {@link Origins#encode()}. */
final class OriginsCodec {
  private static final int VERSION = 1;
  private static final int SEQUENCE = 0;
  private static final int TABLE = 1;
  private static final int TABLE_WITH_SUBS = 2;

  private final byte[] bytes;
  private int at;

  private OriginsCodec(byte[] bytes) {
    this.bytes = bytes;
  }

  static byte[] encode(List<OriginSegment> segments) {
    Map<String, Integer> streams = new LinkedHashMap<>();
    for (OriginSegment segment : segments) {
      streams.putIfAbsent(segment.stream, streams.size());
    }
    WireWriter out = new WireWriter(64 + 4 * segments.stream().mapToInt(s -> s.count).sum());
    out.varint(VERSION);
    out.varint(streams.size());
    for (String stream : streams.keySet()) {
      byte[] utf8 = stream.getBytes(StandardCharsets.UTF_8);
      out.varint(utf8.length);
      out.raw(utf8, 0, utf8.length);
    }
    out.varint(segments.size());
    for (OriginSegment segment : segments) {
      Integer stream = streams.get(segment.stream);
      out.varint(stream == null ? 0 : stream);
      out.varint(segment.count);
      encode(segment, out);
    }
    return out.toBytes();
  }

  static List<OriginSegment> decode(byte[] bytes) throws MalformedTelemetryException {
    OriginsCodec in = new OriginsCodec(bytes);
    if (in.varint() != VERSION) {
      throw new MalformedTelemetryException("Unknown version of origins", 0);
    }
    int streamCount = in.count(1);
    String[] streams = new String[streamCount];
    for (int i = 0; i < streamCount; i++) {
      int length = in.count(1);
      streams[i] = Wire.text(bytes, in.at, in.at + length);
      in.at += length;
    }
    int segmentCount = in.count(3);
    List<OriginSegment> segments = new ArrayList<>(segmentCount);
    long items = 0;
    for (int i = 0; i < segmentCount; i++) {
      OriginSegment segment = in.segment(streams);
      items += segment.count;
      segments.add(segment);
    }
    if (in.at != bytes.length || items > Integer.MAX_VALUE) {
      throw new MalformedTelemetryException("Origins beyond their end", in.at);
    }
    return segments;
  }

  private static void encode(OriginSegment segment, WireWriter out) {
    if (segment.isSequence()) {
      out.varint(SEQUENCE);
      out.varint(segment.first);
      return;
    }
    boolean subs = segment.subs != null;
    out.varint(subs ? TABLE_WITH_SUBS : TABLE);
    long before = 0;
    for (int i = 0; i < segment.count; i++) {
      long distance = segment.start(i) - before;
      out.varint(distance << 1 ^ distance >> 63);
      out.varint(segment.end(i) - segment.start(i));
      if (subs) {
        out.varint(segment.sub(i));
      }
      before = segment.end(i);
    }
  }

  private OriginSegment segment(String[] streams) throws MalformedTelemetryException {
    int begin = at;
    long stream = varint();
    long count = varint();
    long kind = varint();
    if (stream < 0 || stream >= streams.length || count < 1 || count > Integer.MAX_VALUE) {
      throw new MalformedTelemetryException("Run of origins without a stream or items", begin);
    }
    String name = streams[(int) stream];
    if (kind == SEQUENCE) {
      long first = varint();
      if (first < 0 || first + count < 0) {
        throw new MalformedTelemetryException("Sequence beyond 64 bits", begin);
      }
      return OriginSegment.sequence(name, first, (int) count);
    }
    boolean subs = kind == TABLE_WITH_SUBS;
    if ((kind != TABLE && !subs) || name.isEmpty() || count > bytes.length - at) {
      throw new MalformedTelemetryException("Run of origins of an unknown kind", begin);
    }
    return table(name, (int) count, subs);
  }

  private OriginSegment table(String stream, int count, boolean withSubs)
      throws MalformedTelemetryException {
    long[] ranges = new long[2 * count];
    int[] subs = new int[count];
    long before = 0;
    for (int i = 0; i < count; i++) {
      int begin = at;
      long distance = varint();
      long start = before + (distance >>> 1 ^ -(distance & 1));
      long end = start + varint();
      long sub = withSubs ? varint() : 0;
      if (start < 0 || end < start || sub < 0 || sub > Integer.MAX_VALUE) {
        throw new MalformedTelemetryException("Origin beyond its range", begin);
      }
      ranges[2 * i] = start;
      ranges[2 * i + 1] = end;
      subs[i] = (int) sub;
      before = end;
    }
    return OriginSegment.of(stream, ranges, subs, count);
  }

  /** A number of things that take at least so many bytes each, all of which must be there. */
  private int count(int size) throws MalformedTelemetryException {
    int begin = at;
    long count = varint();
    if (count < 0 || count > (bytes.length - at) / size) {
      throw new MalformedTelemetryException("Truncated origins", begin);
    }
    return (int) count;
  }

  private long varint() throws MalformedTelemetryException {
    int last = Math.min(bytes.length, at + 10);
    for (int i = at; i < last; i++) {
      if (bytes[i] >= 0) {
        long value = Wire.varint(bytes, at);
        at = i + 1;
        return value;
      }
    }
    throw new MalformedTelemetryException("Truncated origins", at);
  }
}
