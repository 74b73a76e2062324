/** Tests of the {@code kafka} exporter. */
@NullMarked
package io.millrace.exporter.kafka;

import org.jspecify.annotations.NullMarked;
