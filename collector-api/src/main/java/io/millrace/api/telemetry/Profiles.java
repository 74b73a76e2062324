package io.millrace.api.telemetry;

import java.util.List;

/**
 * A batch of profiles: an {@code ExportProfilesServiceRequest} of {@code v1development}, passed
 * through as bytes. Its items are its {@code Profile} messages. Immutable and thread-safe.
 *
 * <p>What is checked is the way to the profiles and the wire form of their outermost fields; the
 * dictionary that all profiles of a request point into is not looked at, so that other versions of
 * the messages, which are still under development, pass as well. Parts that are cut out of a batch
 * carry the whole dictionary each. Batches cannot be joined, since each has a dictionary of its
 * own, and their items can be neither read nor changed: those methods throw {@link
 * UnsupportedOperationException}.
 */
public final class Profiles extends Batch {

  Profiles(List<Chunk> chunks, Origins origins) {
    super(Signal.PROFILES, chunks, origins);
  }

  /** {@link Batch#read(Signal, byte[])} for profiles. */
  public static Profiles read(byte[] bytes) throws MalformedTelemetryException {
    return (Profiles) Batch.read(Signal.PROFILES, bytes);
  }
}
