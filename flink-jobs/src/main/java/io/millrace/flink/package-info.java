/**
 * The Flink job that aggregates what agents wrote to Kafka. Open {@link
 * io.millrace.flink.AggregateJob} first; {@code docs/flink-job.md} is for its users.
 *
 * <h2>What can be relied on</h2>
 *
 * For every aggregate: each event of its signal in the topics, told apart by origin (records
 * without origins: by topic, partition, offset and index), is counted in exactly one window or
 * stands in exactly one late document; a Kafka record that cannot be read stands in exactly one
 * undecodable document. So {@code sum(count)} over the aggregate's index plus {@code sum(count)}
 * over its late documents is the number of distinct origins. Killing a task manager or the job
 * manager and starting again from a checkpoint or savepoint changes no number.
 *
 * <h2>Documents</h2>
 *
 * Times are ISO text, dates in index names are UTC. {@code _doc_count} lets Elasticsearch count
 * events instead of documents.
 *
 * <p>{@code <prefix>-agg-<aggregate>-<date of window.start>}: one group of one window.
 *
 * <pre>{@code
 * {"@timestamp": window.start, "aggregate": name, "definition": 8 hex digits, "signal": "logs",
 *  "window": {"start": .., "end": .., "seconds": 60.0},
 *  "final": whether nothing can be added any more, "other": whether these are the groups beyond max_groups,
 *  "group": {"resource.attributes.service.name": "checkout", "severity": "ERROR"},   // absent values are absent
 *  "count": events, "_doc_count": the same, "clamped": events dated in the future,
 *  "errors": .., "error_ratio": 0..1,                                                // with error_ratio
 *  "rate": events a second,                                                          // with rate
 *  "fields": {"duration_ms": {"count": .., "sum": .., "min": .., "max": .., "avg": .., "p50": .., ...}}}
 * }</pre>
 *
 * <p>{@code <prefix>-late-<date of the Kafka record>}: what of one Kafka record and stream came
 * after its window was closed, for one aggregate.
 *
 * <pre>{@code
 * {"@timestamp": Kafka's timestamp, "aggregate": .., "definition": .., "signal": .., "count": events, "_doc_count": ..,
 *  "event_time": {"min": .., "max": ..},
 *  "origin": {"stream": .., "start": of the first, "end": of the last, "sub": of the first},
 *  "origins": base64 of Origins.encode() of exactly these events,
 *  "kafka": {"topic": .., "partition": .., "offset": ..}}
 * }</pre>
 *
 * In one rare case (tasks that disagree for a moment about idle partitions, right after the first
 * event of all) such a document holds a partial result: {@code window} and {@code group} instead of
 * {@code origin}, {@code origins} and {@code kafka}.
 *
 * <p>{@code <prefix>-undecodable-<date of the Kafka record>}: one Kafka record that is no OTLP.
 *
 * <pre>{@code
 * {"@timestamp": Kafka's timestamp, "signal": .., "reason": .., "kafka": {"topic": .., "partition": .., "offset": ..},
 *  "part": 0, "size": bytes, "truncated": whether bytes lacks the end, "bytes": base64}
 * }</pre>
 *
 * <p>{@code <prefix>-rejected-<date of the document's index>}: one document that Elasticsearch will
 * never take.
 *
 * <pre>{@code
 * {"@timestamp": when, "status": 400, "reason": .., "rejected": {"index": .., "id": .., "version": ..}, "document": the document}
 * }</pre>
 */
@NullMarked
package io.millrace.flink;

import org.jspecify.annotations.NullMarked;
