/**
 * Agents as processes that are measured: {@link io.millrace.benchmarks.load.subject.SubjectProcess}
 * starts one, {@link io.millrace.benchmarks.load.subject.ProcessFigures} says what it takes, {@link
 * io.millrace.benchmarks.load.subject.Cores} who runs where.
 */
@NullMarked
package io.millrace.benchmarks.load.subject;

import org.jspecify.annotations.NullMarked;
