/**
 * The {@code otlp} receiver: OTLP over gRPC and HTTP. Open {@link
 * io.millrace.receiver.otlp.OtlpReceiver} first, then {@link io.millrace.receiver.otlp.Intake},
 * through which both protocols go.
 *
 * <p>Threads: event loops read and write, each request is worked on by a virtual thread of its own,
 * and whatever thread ends a Delivery sends the answer.
 */
@NullMarked
package io.millrace.receiver.otlp;

import org.jspecify.annotations.NullMarked;
