package io.millrace.testkit;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Telemetry to test with. Every item carries its id in the attribute {@code test.id}, a profile as
 * its {@code profile_id}, so that a test can tell where each has gone.
 */
public final class TestTelemetry {

  /** The attribute with an item's id. */
  public static final AttributeKey ID = AttributeKey.of("test.id");

  private static final long TIME_UNIX_NANOS = 1_767_323_045_678_901_234L;
  private static final AttributeKey SERVICE = AttributeKey.of("service.name");

  /** Fields on the way to a profile. */
  private static final List<Integer> PROFILES_PATH = List.of(1, 2, 2);

  private TestTelemetry() {}

  /** The ids {@code prefix-0} to {@code prefix-(count-1)}. */
  public static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
  }

  /** Log records without origins; the body of each is its id. */
  public static Logs logs(List<String> ids) {
    LogsBuilder builder = Logs.builder();
    builder.resource(resource -> resource.put(SERVICE, "test"));
    builder.scope("millrace-testkit", "1");
    for (String id : ids) {
      builder
          .record()
          .timeUnixNanos(TIME_UNIX_NANOS)
          .observedTimeUnixNanos(TIME_UNIX_NANOS + 1)
          .severity(9, "INFO")
          .body(Value.of(id))
          .put(ID, id);
    }
    return builder.build();
  }

  /** A batch of any signal without origins: log records, points of one gauge, spans, profiles. */
  public static Batch batch(Signal signal, List<String> ids) {
    return switch (signal) {
      case LOGS -> logs(ids);
      case METRICS -> read(signal, metrics(ids));
      case TRACES -> read(signal, traces(ids));
      case PROFILES -> read(signal, profiles(ids));
    };
  }

  /** A batch as a receiver makes it: its items have origins in the stream {@code test}. */
  public static Batch withOrigins(Batch batch, long first) {
    return batch.withOrigins(Origins.sequence("test", first, batch.itemCount()));
  }

  /** The ids of a batch's items, in their order; the empty text for an item that has none. */
  public static List<String> ids(Batch batch) {
    List<String> ids = new ArrayList<>(batch.itemCount());
    if (batch.signal() == Signal.PROFILES) {
      profileIds(ByteBuffer.wrap(batch.toBytes()), 0, ids);
      return ids;
    }
    batch.forEachItem(
        (group, scope, item) -> {
          Value id = item.attributes().get(ID);
          ids.add(id == null ? "" : id.asText());
        });
    return ids;
  }

  /** The bodies of a batch's log records as text, in their order; nothing for other signals. */
  public static List<String> bodies(Batch batch) {
    if (batch.signal() != Signal.LOGS) {
      return List.of();
    }
    List<String> bodies = new ArrayList<>(batch.itemCount());
    batch.forEachItem(
        (group, scope, item) -> {
          if (item instanceof LogRecord log) {
            bodies.add(log.body().asText());
          }
        });
    return bodies;
  }

  private static Batch read(Signal signal, byte[] bytes) {
    try {
      return Batch.read(signal, bytes);
    } catch (MalformedTelemetryException e) {
      throw new IllegalStateException("the testkit's own telemetry", e);
    }
  }

  private static byte[] metrics(List<String> ids) {
    ByteArrayOutputStream gauge = new ByteArrayOutputStream();
    for (int i = 0; i < ids.size(); i++) {
      Message point = new Message();
      point.fixed64(3, TIME_UNIX_NANOS).fixed64(4, Double.doubleToLongBits(i));
      point.message(7, attribute("test.id", ids.get(i)));
      gauge.writeBytes(new Message().message(1, point.bytes()).bytes());
    }
    Message metric = new Message().text(1, "test.gauge").text(3, "1");
    metric.message(5, gauge.toByteArray());
    return request(ids.isEmpty() ? new byte[0] : new Message().message(2, metric.bytes()).bytes());
  }

  private static byte[] traces(List<String> ids) {
    ByteArrayOutputStream spans = new ByteArrayOutputStream();
    for (int i = 0; i < ids.size(); i++) {
      byte[] traceId = new byte[16];
      traceId[15] = 1;
      byte[] spanId = {1, 0, 0, 0, (byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      Message span = new Message().message(1, traceId).message(2, spanId);
      span.text(5, "test span").varint(6, 2);
      span.fixed64(7, TIME_UNIX_NANOS).fixed64(8, TIME_UNIX_NANOS + 1_000_000);
      span.message(9, attribute("test.id", ids.get(i)));
      spans.writeBytes(new Message().message(2, span.bytes()).bytes());
    }
    return request(spans.toByteArray());
  }

  /** Profiles, and the dictionary that they point into. */
  private static byte[] profiles(List<String> ids) {
    ByteArrayOutputStream profiles = new ByteArrayOutputStream();
    for (String id : ids) {
      byte[] sample = new Message().varint(1, 0).message(4, new byte[] {1}).bytes();
      Message profile = new Message().message(2, sample).fixed64(3, TIME_UNIX_NANOS).text(7, id);
      profiles.writeBytes(new Message().message(2, profile.bytes()).bytes());
    }
    Message dictionary = new Message().text(5, "").text(5, "cpu").text(5, "nanoseconds");
    return new Message()
        .raw(request(profiles.toByteArray()))
        .message(2, dictionary.bytes())
        .bytes();
  }

  /** Finds them in what {@link #profiles} wrote, or was cut from it. */
  private static void profileIds(ByteBuffer message, int depth, List<String> ids) {
    while (message.hasRemaining()) {
      int tag = (int) number(message);
      if ((tag & 7) != 2) {
        message.position(message.position() + ((tag & 7) == 1 ? 8 : 1));
        continue;
      }
      int length = (int) number(message);
      ByteBuffer content = message.slice(message.position(), length);
      int field = tag >>> 3;
      message.position(message.position() + length);
      if (depth == PROFILES_PATH.size()) {
        if (field == 7) {
          ids.add(StandardCharsets.UTF_8.decode(content).toString());
        }
      } else if (field == PROFILES_PATH.get(depth)) {
        profileIds(content, depth + 1, ids);
      }
    }
  }

  private static long number(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** A request of one resource and one scope. */
  private static byte[] request(byte[] items) {
    Message scope = new Message().text(1, "millrace-testkit").text(2, "1");
    byte[] scopeItems = new Message().message(1, scope.bytes()).raw(items).bytes();
    byte[] resource = new Message().message(1, attribute("service.name", "test")).bytes();
    byte[] group = new Message().message(1, resource).message(2, scopeItems).bytes();
    return new Message().message(1, group).bytes();
  }

  private static byte[] attribute(String key, String value) {
    byte[] any = new Message().text(1, value).bytes();
    return new Message().text(1, key).message(2, any).bytes();
  }

  /** Writes the protobuf types that telemetry needs. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message varint(int field, long value) {
      number((long) field << 3);
      number(value);
      return this;
    }

    Message fixed64(int field, long value) {
      number(((long) field << 3) | 1);
      for (int shift = 0; shift < 64; shift += 8) {
        out.write((int) (value >> shift));
      }
      return this;
    }

    Message text(int field, String value) {
      return message(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, byte[] content) {
      number(((long) field << 3) | 2);
      number(content.length);
      return raw(content);
    }

    Message raw(byte[] content) {
      out.writeBytes(content);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private void number(long value) {
      long left = value;
      while ((left & ~0x7fL) != 0) {
        out.write((int) ((left & 0x7f) | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }
  }
}
