/**
 * The {@code attributes} processor: acts on the attributes of log records, spans and data points.
 */
@NullMarked
package io.millrace.processor.attributes;

import org.jspecify.annotations.NullMarked;
