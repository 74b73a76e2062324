@NullMarked
package io.millrace.benchmarks.fault;

import org.jspecify.annotations.NullMarked;
