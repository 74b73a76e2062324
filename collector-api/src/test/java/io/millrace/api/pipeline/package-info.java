@NullMarked
package io.millrace.api.pipeline;

import org.jspecify.annotations.NullMarked;
