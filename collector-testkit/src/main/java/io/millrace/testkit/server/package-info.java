/**
 * Real servers as child processes: Kafka, Elasticsearch and Flink, started from what the modules
 * under {@code servers/} lay out. Open {@link io.millrace.testkit.server.KafkaServer} first; tests
 * that need no server of their own take {@link io.millrace.testkit.server.SharedKafka} or {@link
 * io.millrace.testkit.server.SharedElasticsearch}.
 *
 * <p>Every server listens on the loopback interface only, on ports chosen at start and kept over
 * restarts. Each runs under a guard, a small shell that holds a pipe from this JVM: when this JVM
 * ends, however it does, the pipe breaks and the guard kills the server. Files stand in the
 * directory given at start, best one from {@link io.millrace.testkit.server.RunDirectory}, which
 * also removes what a killed JVM left behind.
 */
@NullMarked
package io.millrace.testkit.server;

import org.jspecify.annotations.NullMarked;
