@NullMarked
package io.millrace.testkit.fault;

import org.jspecify.annotations.NullMarked;
