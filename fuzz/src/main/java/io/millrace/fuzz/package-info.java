/**
 * Fuzz targets for the telemetry model and its codecs, each with an oracle that says what should
 * have come out.
 *
 * <p>Open {@link io.millrace.fuzz.DoorTarget} first, then {@link io.millrace.fuzz.EditTarget},
 * {@link io.millrace.fuzz.OtlpJsonTarget} and {@link io.millrace.fuzz.ProfilesTarget}; {@link
 * io.millrace.fuzz.Fuzz} runs them. A target throws when something is wrong and returns otherwise.
 * Everything here belongs to one thread at a time.
 */
@NullMarked
package io.millrace.fuzz;

import org.jspecify.annotations.NullMarked;
