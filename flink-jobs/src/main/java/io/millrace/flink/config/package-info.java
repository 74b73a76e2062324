/**
 * What the job computes, read from YAML. Open {@link io.millrace.flink.config.AggregatesFile}
 * first; everything else here is immutable and safe to share between threads.
 */
@NullMarked
package io.millrace.flink.config;

import org.jspecify.annotations.NullMarked;
