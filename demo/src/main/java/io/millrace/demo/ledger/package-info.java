/**
 * The ledger: decides from files, Kafka and Elasticsearch alone whether anything was lost, doubled
 * or altered. It asks none of Millrace's counters. Open {@link io.millrace.demo.ledger.Ledger}
 * first.
 *
 * <p>Every file record has an origin, the bytes [start, end) of one life of a file. What is found
 * of a file, in Elasticsearch, the dead letters and the drop journal together, must tile the file:
 * no byte missing, none twice. The same must hold for what is found in Kafka, and every event in
 * Kafka must be counted in exactly one window of each aggregate, or be in the late or dead-letter
 * index.
 */
@NullMarked
package io.millrace.demo.ledger;

import org.jspecify.annotations.NullMarked;
