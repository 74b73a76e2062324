package io.millrace.fuzz;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Reads arbitrary bytes as a request of profiles, which pass through as they are. The oracles are
 * protobuf over messages that know nothing but the way to the profiles, as the model does, for what
 * is accepted and how it is cut; and the generated classes for whatever they accept, too.
 *
 * <p>The input: a byte that says where to cut, then the request.
 */
public final class ProfilesTarget {
  private static final Allocation READING = new Allocation("reading profiles", 8, 16 << 10);

  private static final Message WAY = way();
  private static final Message GENERATED = ExportProfilesServiceRequest.getDefaultInstance();

  private ProfilesTarget() {}

  /** Fails when the input is not treated as it should be. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 1) {
      return;
    }
    byte[] request = Arrays.copyOfRange(input, 1, input.length);
    READING.check(request.length, () -> accepts(request));
    Batch batch;
    try {
      batch = Batch.read(Signal.PROFILES, request.clone());
    } catch (MalformedTelemetryException e) {
      DoorTarget.refusedRightly(WAY, request, e);
      return;
    }
    Message way = Oracle.parsed(WAY, request);
    Check.that(Arrays.equals(batch.toBytes(), request), "The bytes are others");
    Check.same("number of profiles", batch.itemCount(), Oracle.items(way).size());
    cut(batch, way, input[0] & 0xff);
    try {
      cut(batch, Oracle.parse(GENERATED, request), input[0] & 0xff);
    } catch (InvalidProtocolBufferException e) {
      // Wrong inside a profile or the dictionary, which the model does not look at.
      return;
    }
  }

  private static boolean accepts(byte[] request) {
    try {
      return Batch.read(Signal.PROFILES, request).itemCount() >= 0;
    } catch (MalformedTelemetryException e) {
      return false;
    }
  }

  private static void cut(Batch batch, Message whole, int choice) {
    int maxItems = 1 + choice % 7;
    DoorTarget.parts(batch.splitByItems(maxItems), batch, whole, maxItems, Integer.MAX_VALUE);
    int maxBytes = 1 + (int) ((long) choice * (batch.sizeBytes() + 16) / 256);
    DoorTarget.parts(batch.splitByBytes(maxBytes), batch, whole, Integer.MAX_VALUE, maxBytes);
    BitSet keep = DoorTarget.chosen(batch, choice);
    Batch kept = batch.select(keep);
    boolean all = keep.nextClearBit(0) >= batch.itemCount();
    Check.same(
        "selected",
        Oracle.parsed(whole, kept.toBytes()),
        all ? whole : Oracle.select(whole, keep::get));
    Check.same("number selected", kept.itemCount(), keep.cardinality());
  }

  /** The request with all fields unknown but those that lead to profiles. */
  private static Message way() {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setSyntax("proto3")
            .addMessageType(leading("Request", 1, "ResourceProfiles"))
            .addMessageType(leading("ResourceProfiles", 2, "ScopeProfiles"))
            .addMessageType(leading("ScopeProfiles", 2, "Profile"))
            .addMessageType(DescriptorProto.newBuilder().setName("Profile"))
            .build();
    try {
      FileDescriptor built = FileDescriptor.buildFrom(file, new FileDescriptor[0]);
      return DynamicMessage.getDefaultInstance(built.findMessageTypeByName("Request"));
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DescriptorProto leading(String name, int field, String to) {
    return DescriptorProto.newBuilder()
        .setName(name)
        .addField(
            FieldDescriptorProto.newBuilder()
                .setName("children")
                .setNumber(field)
                .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
                .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                .setTypeName(to))
        .build();
  }
}
