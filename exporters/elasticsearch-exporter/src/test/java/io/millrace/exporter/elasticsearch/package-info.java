/** Tests of the {@code elasticsearch} exporter. */
@NullMarked
package io.millrace.exporter.elasticsearch;

import org.jspecify.annotations.NullMarked;
