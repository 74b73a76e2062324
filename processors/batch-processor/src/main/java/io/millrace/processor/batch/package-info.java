/** The {@code batch} processor: makes few large batches of many small ones. */
@NullMarked
package io.millrace.processor.batch;

import org.jspecify.annotations.NullMarked;
