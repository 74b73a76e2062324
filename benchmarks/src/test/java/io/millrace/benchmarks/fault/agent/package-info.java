@NullMarked
package io.millrace.benchmarks.fault.agent;

import org.jspecify.annotations.NullMarked;
