/**
 * What is sent, and how one knows that all of it has arrived: {@link
 * io.millrace.benchmarks.load.records.LogRecords} makes requests whose records carry a number,
 * {@link io.millrace.benchmarks.load.records.Tally} counts them where they arrive.
 */
@NullMarked
package io.millrace.benchmarks.load.records;

import org.jspecify.annotations.NullMarked;
