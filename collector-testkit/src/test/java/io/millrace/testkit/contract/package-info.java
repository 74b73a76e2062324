@NullMarked
package io.millrace.testkit.contract;

import org.jspecify.annotations.NullMarked;
