/**
 * What both ends of OTLP agree on, over gRPC and HTTP: names, answers, error bodies. Open {@link
 * io.millrace.toolkit.otlp.OtlpService} first. Everything is immutable.
 *
 * <p>Source: the OTLP specification 1.9 and the messages of opentelemetry-proto and googleapis.
 */
@NullMarked
package io.millrace.toolkit.otlp;

import org.jspecify.annotations.NullMarked;
