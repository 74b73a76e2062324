@NullMarked
package io.millrace.benchmarks.load.file;

import org.jspecify.annotations.NullMarked;
