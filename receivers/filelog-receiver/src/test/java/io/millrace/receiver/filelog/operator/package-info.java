/** Tests of operators. */
@NullMarked
package io.millrace.receiver.filelog.operator;

import org.jspecify.annotations.NullMarked;
