/** Tests of the Kafka settings. */
@NullMarked
package io.millrace.toolkit.kafka;

import org.jspecify.annotations.NullMarked;
