@NullMarked
package io.millrace.benchmarks.fault.storm;

import org.jspecify.annotations.NullMarked;
