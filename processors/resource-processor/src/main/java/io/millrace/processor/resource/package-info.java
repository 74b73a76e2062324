/** The {@code resource} processor: acts on the attributes of resources. */
@NullMarked
package io.millrace.processor.resource;

import org.jspecify.annotations.NullMarked;
