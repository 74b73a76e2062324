@NullMarked
package io.millrace.benchmarks.load.records;

import org.jspecify.annotations.NullMarked;
