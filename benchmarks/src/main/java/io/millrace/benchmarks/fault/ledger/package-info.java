/**
 * The oracle's ledger: what the sources are owed, what was found, and the balance of both. It reads
 * files, Kafka, Elasticsearch and the sinks' own records, never the agent's counters. Open {@link
 * io.millrace.benchmarks.fault.ledger.Books} first.
 */
@NullMarked
package io.millrace.benchmarks.fault.ledger;

import org.jspecify.annotations.NullMarked;
