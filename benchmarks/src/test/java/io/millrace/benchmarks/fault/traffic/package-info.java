@NullMarked
package io.millrace.benchmarks.fault.traffic;

import org.jspecify.annotations.NullMarked;
