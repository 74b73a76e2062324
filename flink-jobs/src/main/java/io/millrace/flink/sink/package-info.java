/**
 * The way into Elasticsearch. {@link io.millrace.flink.sink.CommitGate} holds documents until a
 * checkpoint has made them durable, {@link io.millrace.flink.sink.ElasticsearchSink} writes them.
 */
@NullMarked
package io.millrace.flink.sink;

import org.jspecify.annotations.NullMarked;
