package io.millrace.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads arbitrary bytes as a request. What the generated classes accept is accepted and means the
 * same, read by every accessor, cut, selected, joined; what they refuse is refused. The
 * differences:
 *
 * <ul>
 *   <li>Strings that are no UTF-8: refused by the generated classes, read as U+FFFD here.
 *   <li>Groups, which proto3 does not have, varints of more than ten bytes, tags of more than 32
 *       bits and lengths of more than 31: refused here.
 * </ul>
 *
 * The input: a byte of which the remainder by 3 is the signal, a byte that says where to cut, then
 * the request.
 */
public final class DoorTarget {
  private static final Pattern STRICTER =
      Pattern.compile(
          "(Wire type [34] in|Overlong varint|Truncated varint|Tag of more than 32 bits|Length beyond).*");

  private static final Allocation ALLOCATION = new Allocation("door", 8, 16 << 10);

  private DoorTarget() {}

  /** Fails when the input is not treated as it should be. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Signal signal = signal(input[0]);
    byte[] request = Arrays.copyOfRange(input, 2, input.length);
    Batch batch = read(signal, request);
    if (batch != null) {
      readsLikeTheOracle(batch, request);
      cutsLikeTheOracle(batch, input[1] & 0xff);
    }
  }

  /** The same without the oracle's comparisons, which take long for requests of many items. */
  static void readsAndAllocatesLittle(byte[] input) {
    Signal signal = signal(input[0]);
    byte[] request = Arrays.copyOfRange(input, 2, input.length);
    Batch batch = read(signal, request);
    if (batch != null) {
      Message expected = Oracle.parsed(signal, request);
      Check.same("number of items", batch.itemCount(), Oracle.items(expected).size());
      Check.same("meaning", Oracle.parsed(signal, batch.toBytes()), expected);
    }
  }

  static Signal signal(byte choice) {
    Signal[] signals = Signal.readable().toArray(Signal[]::new);
    return signals[(choice & 0xff) % signals.length];
  }

  /**
   * The batch; null when it is refused, rightly, or when the oracle refuses it as no UTF-8, whereas
   * the model reads it.
   */
  static @Nullable Batch read(Signal signal, byte[] request) {
    byte[] own = request.clone();
    ALLOCATION.check(request.length, () -> accepts(signal, own));
    Batch batch;
    try {
      batch = Batch.read(signal, own);
    } catch (MalformedTelemetryException e) {
      refusedRightly(Oracle.prototype(signal), request, e);
      return null;
    }
    try {
      Oracle.parse(signal, request);
    } catch (InvalidProtocolBufferException e) {
      if (String.valueOf(e.getMessage()).contains("UTF-8")) {
        Reread.request(batch);
        return null;
      }
      throw new AssertionError("Accepted what the oracle refuses", e);
    }
    return batch;
  }

  private static boolean accepts(Signal signal, byte[] request) {
    try {
      return Batch.read(signal, request).itemCount() >= 0;
    } catch (MalformedTelemetryException e) {
      return false;
    }
  }

  /** Fails unless the oracle refuses it, too, or the door is stricter on purpose. */
  static void refusedRightly(
      Message prototype, byte[] request, MalformedTelemetryException refusal) {
    Check.that(refusal.offset() >= -1 && refusal.offset() <= request.length, "The offset is off");
    try {
      Oracle.parse(prototype, request);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    if (!STRICTER.matcher(String.valueOf(refusal.getMessage())).matches()) {
      throw new AssertionError("Refused what the oracle accepts", refusal);
    }
  }

  private static void readsLikeTheOracle(Batch batch, byte[] request) {
    Message expected = Oracle.parsed(batch.signal(), request);
    byte[] bytes = batch.toBytes();
    Check.same("meaning", Oracle.parsed(batch.signal(), bytes), expected);
    Check.same("size", batch.sizeBytes(), bytes.length);
    Check.same("number of items", batch.itemCount(), Oracle.items(expected).size());
    Check.same("what is read", Reread.request(batch), Oracle.shown(expected));
    List<Message> items = new ArrayList<>();
    batch.forEachItem(
        (group, scope, item) -> {
          Check.same("index", item.index(), items.size());
          items.add(Reread.item(item));
        });
    Check.same("items", items, Oracle.items(expected).stream().map(Oracle::shown).toList());
  }

  private static void cutsLikeTheOracle(Batch batch, int choice) {
    int count = batch.itemCount();
    Message whole = Oracle.parsed(batch.signal(), batch.toBytes());
    cut(batch.splitByItems(1 + choice % 7), batch, whole, 1 + choice % 7, Integer.MAX_VALUE);
    int maxBytes = 1 + choice * (batch.sizeBytes() + 16) / 256;
    cut(batch.splitByBytes(maxBytes), batch, whole, Integer.MAX_VALUE, maxBytes);
    BitSet keep = chosen(batch, choice);
    Batch kept = batch.filter(item -> keep.get(item.index()));
    boolean all = keep.nextClearBit(0) >= count;
    Check.same(
        "filtered",
        Oracle.parsed(batch.signal(), kept.toBytes()),
        all ? whole : Oracle.select(whole, keep::get));
    Check.same("number filtered", kept.itemCount(), keep.cardinality());
    groupsLikeTheOracle(batch);
  }

  /** Some of the items. */
  static BitSet chosen(Batch batch, int choice) {
    BitSet chosen = new BitSet();
    for (int i = 0; i < batch.itemCount(); i++) {
      chosen.set(i, (choice >>> (i % 8) & 1) == 1);
    }
    return chosen;
  }

  /** Twice the same: all items with what was around them, but that no more often than once. */
  private static void groupsLikeTheOracle(Batch batch) {
    Batch twice = Batch.concat(List.of(batch, batch));
    Batch grouped = twice.groupByResource();
    Check.same("number of items grouped", grouped.itemCount(), twice.itemCount());
    Check.same("size grouped", grouped.sizeBytes(), grouped.toBytes().length);
    Check.same("grouped items", items(grouped), items(twice));
    Check.that(scopes(grouped) <= scopes(batch), "Equal scopes are left apart");
    Check.same(
        "grouped again",
        Oracle.parsed(batch.signal(), grouped.groupByResource().toBytes()),
        Oracle.parsed(batch.signal(), grouped.toBytes()));
  }

  private static long scopes(Batch batch) {
    long scopes = 0;
    Message request = Oracle.parsed(batch.signal(), batch.toBytes());
    for (Message group : Mirror.messages(Oracle.select(request, i -> true), 1)) {
      scopes += Mirror.messages(group, 2).size();
    }
    return scopes;
  }

  /** The records, spans or metrics with what is around them, sorted. */
  private static List<String> items(Batch batch) {
    List<String> items = new ArrayList<>();
    Message request = Oracle.parsed(batch.signal(), batch.toBytes());
    for (Message group : Mirror.messages(Oracle.select(request, i -> true), 1)) {
      String outer = bytes(Mirror.without(group, 2));
      for (Message scope : Mirror.messages(group, 2)) {
        String inner = outer + "/" + bytes(Mirror.without(scope, 2)) + "/";
        Mirror.messages(scope, 2).forEach(item -> items.add(inner + bytes(item)));
      }
    }
    items.sort(Comparator.naturalOrder());
    return items;
  }

  private static String bytes(Message message) {
    return message.toByteString().toString(StandardCharsets.ISO_8859_1);
  }

  private static void cut(
      List<Batch> parts, Batch batch, Message whole, int maxItems, int maxBytes) {
    parts(parts, batch, whole, maxItems, maxBytes);
    Batch joined = Batch.concat(parts);
    Check.same(
        "items joined again",
        Oracle.items(Oracle.parsed(batch.signal(), joined.toBytes())),
        Oracle.items(whole));
    Check.same("number of items joined", joined.itemCount(), batch.itemCount());
    Check.same(
        "joined and compact",
        Oracle.parsed(batch.signal(), joined.compact().toBytes()),
        Oracle.parsed(batch.signal(), joined.toBytes()));
  }

  /** Fails unless the parts are small enough and together the whole. */
  static void parts(List<Batch> parts, Batch batch, Message whole, int maxItems, int maxBytes) {
    int begin = 0;
    for (Batch part : parts) {
      int from = begin;
      int to = begin + part.itemCount();
      Message expected =
          part.equals(batch) ? whole : Oracle.select(whole, i -> i >= from && i < to);
      Check.same("part", Oracle.parsed(whole, part.toBytes()), expected);
      Check.same("size of a part", part.sizeBytes(), part.toBytes().length);
      Check.that(part.itemCount() <= maxItems, "A part has too many items");
      Check.that(part.sizeBytes() <= maxBytes || part.itemCount() < 2, "A part is too large");
      begin = to;
    }
    Check.same("number of items in the parts", begin, batch.itemCount());
  }
}
