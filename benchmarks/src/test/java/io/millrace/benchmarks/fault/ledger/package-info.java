@NullMarked
package io.millrace.benchmarks.fault.ledger;

import org.jspecify.annotations.NullMarked;
