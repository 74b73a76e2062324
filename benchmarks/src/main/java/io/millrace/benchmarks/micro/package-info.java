/**
 * What the telemetry model and its codecs cost, measured with JMH: {@code benchmarks/jmh}. Every
 * score is in records per second.
 */
@NullMarked
package io.millrace.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
