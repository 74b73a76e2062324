/**
 * Servers that only take OTLP over gRPC, each in a process of its own: {@link
 * io.millrace.benchmarks.transports.server.TransportServer} starts one of them. A server hands
 * every message as one array to a {@link io.millrace.benchmarks.transports.server.Receipt} and
 * answers with an empty one.
 */
@NullMarked
package io.millrace.benchmarks.transports.server;

import org.jspecify.annotations.NullMarked;
