@NullMarked
package io.millrace.benchmarks.load.wire;

import org.jspecify.annotations.NullMarked;
