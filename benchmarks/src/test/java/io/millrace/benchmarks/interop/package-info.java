/**
 * Millrace beside the OpenTelemetry Collector: {@link
 * io.millrace.benchmarks.interop.CollectorInteropIT}.
 */
@NullMarked
package io.millrace.benchmarks.interop;

import org.jspecify.annotations.NullMarked;
