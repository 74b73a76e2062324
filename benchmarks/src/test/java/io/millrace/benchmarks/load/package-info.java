@NullMarked
package io.millrace.benchmarks.load;

import org.jspecify.annotations.NullMarked;
