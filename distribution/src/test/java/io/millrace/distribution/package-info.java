@NullMarked
package io.millrace.distribution;

import org.jspecify.annotations.NullMarked;
