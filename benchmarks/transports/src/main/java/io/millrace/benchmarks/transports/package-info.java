/**
 * What servers cost that only take OTLP over gRPC: {@link
 * io.millrace.benchmarks.transports.Transports} sends to one after the other and prints what each
 * took.
 */
@NullMarked
package io.millrace.benchmarks.transports;

import org.jspecify.annotations.NullMarked;
