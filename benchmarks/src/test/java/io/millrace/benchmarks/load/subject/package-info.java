@NullMarked
package io.millrace.benchmarks.load.subject;

import org.jspecify.annotations.NullMarked;
