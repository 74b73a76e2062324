/**
 * Files before an agent: {@link io.millrace.benchmarks.load.file.Lines} says what stands in them,
 * {@link io.millrace.benchmarks.load.file.LineWriter} writes, rotates and deletes them.
 */
@NullMarked
package io.millrace.benchmarks.load.file;

import org.jspecify.annotations.NullMarked;
