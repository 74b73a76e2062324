/**
 * gRPC servers and clients with the Collector's keys, on Netty, with messages as bytes. Open {@link
 * io.millrace.toolkit.grpc.GrpcServers} and {@link io.millrace.toolkit.grpc.GrpcChannels} first.
 */
@NullMarked
package io.millrace.toolkit.grpc;

import org.jspecify.annotations.NullMarked;
