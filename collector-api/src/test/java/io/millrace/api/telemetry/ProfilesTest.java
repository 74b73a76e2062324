package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import io.opentelemetry.proto.profiles.v1development.Profile;
import io.opentelemetry.proto.profiles.v1development.ProfilesDictionary;
import io.opentelemetry.proto.profiles.v1development.ResourceProfiles;
import io.opentelemetry.proto.profiles.v1development.Sample;
import io.opentelemetry.proto.profiles.v1development.ScopeProfiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilesTest {
  private static final UnknownFieldSet UNKNOWN =
      UnknownFieldSet.newBuilder()
          .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
          .build();

  /** Two profiles of one scope and one of another resource. */
  private static final ExportProfilesServiceRequest REQUEST =
      ExportProfilesServiceRequest.newBuilder()
          .addResourceProfiles(resource("a", profile("1", 5), profile("2", 1)))
          .addResourceProfiles(resource("b", profile("3", 0)))
          .setDictionary(
              ProfilesDictionary.newBuilder().addStringTable("").addStringTable("main.run"))
          .setUnknownFields(UNKNOWN)
          .build();

  @Test
  void keepsEveryByteAndCountsProfiles() throws Exception {
    Batch batch = read(REQUEST);
    assertThat(batch.signal()).isEqualTo(Signal.PROFILES);
    assertThat(batch.itemCount()).isEqualTo(3);
    assertThat(batch.toBytes()).isEqualTo(REQUEST.toByteArray());
  }

  @Test
  void keepsBytesThatAnotherVersionWouldWriteOtherwise() throws Exception {
    byte[] dictionaryTwiceAndNotOne = {
      0x12, 0x02, (byte) 0xff, (byte) 0xff, 0x12, 0x01, 0x00, 0x0a, 0x04, 0x12, 0x02, 0x12, 0x00
    };
    Batch batch = Batch.read(Signal.PROFILES, dictionaryTwiceAndNotOne);
    assertThat(batch.itemCount()).isEqualTo(1);
    assertThat(batch.toBytes()).isEqualTo(dictionaryTwiceAndNotOne);
  }

  @Test
  void refusesTruncatedBytesExactlyWhereTheGeneratedClassesDo() {
    byte[] whole = REQUEST.toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      if (Oracle.accepts(Signal.PROFILES, part)) {
        assertThat(readable(part)).as("first %s bytes", length).isTrue();
      } else {
        assertThatThrownBy(() -> Batch.read(Signal.PROFILES, part))
            .as("first %s bytes", length)
            .isInstanceOf(MalformedTelemetryException.class);
      }
    }
  }

  @Test
  void givesEachPartTheWholeDictionary() throws Exception {
    List<ExportProfilesServiceRequest> parts = new ArrayList<>();
    for (Batch part : read(REQUEST).splitByItems(1)) {
      assertThat(part.itemCount()).isEqualTo(1);
      parts.add(ExportProfilesServiceRequest.parseFrom(part.toBytes()));
    }
    assertThat(parts).hasSize(3);
    assertThat(parts).allMatch(part -> part.getDictionary().equals(REQUEST.getDictionary()));
    assertThat(parts).allMatch(part -> part.getUnknownFields().equals(UNKNOWN));
    ResourceProfiles first = REQUEST.getResourceProfiles(0);
    assertThat(parts.get(1).getResourceProfilesList())
        .containsExactly(
            first.toBuilder()
                .setScopeProfiles(0, first.getScopeProfiles(0).toBuilder().removeProfiles(0))
                .build());
    BitSet last = new BitSet();
    last.set(2);
    assertThat(ExportProfilesServiceRequest.parseFrom(read(REQUEST).select(last).toBytes()))
        .isEqualTo(parts.get(2));
  }

  @Test
  void isNeitherReadNorChangedNorJoined() throws Exception {
    Batch batch = read(REQUEST);
    assertThat(Batch.concat(List.of(batch))).isSameAs(batch);
    assertThatThrownBy(() -> Batch.concat(List.of(batch, batch)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("profiles are passed through as bytes");
    assertThatThrownBy(batch::groups).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(batch::groupByResource).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> batch.filter(item -> true))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> batch.map(item -> {}))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static Batch read(ExportProfilesServiceRequest request) throws Exception {
    return Profiles.read(request.toByteArray());
  }

  private static boolean readable(byte[] bytes) {
    try {
      return Batch.read(Signal.PROFILES, bytes).sizeBytes() == bytes.length;
    } catch (MalformedTelemetryException e) {
      return false;
    }
  }

  private static ResourceProfiles resource(String url, Profile... profiles) {
    return ResourceProfiles.newBuilder()
        .setSchemaUrl(url)
        .addScopeProfiles(
            ScopeProfiles.newBuilder().addAllProfiles(List.of(profiles)).setUnknownFields(UNKNOWN))
        .build();
  }

  private static Profile profile(String id, int samples) {
    Profile.Builder profile =
        Profile.newBuilder().setProfileId(ByteString.copyFromUtf8(id)).setTimeUnixNano(17);
    for (int i = 0; i < samples; i++) {
      profile.addSamples(Sample.newBuilder().setStackIndex(i).addValues(1000 + i));
    }
    return profile.setUnknownFields(UNKNOWN).build();
  }
}
