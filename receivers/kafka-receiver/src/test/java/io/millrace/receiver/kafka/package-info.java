/** Tests of the {@code kafka} receiver. */
@NullMarked
package io.millrace.receiver.kafka;

import org.jspecify.annotations.NullMarked;
