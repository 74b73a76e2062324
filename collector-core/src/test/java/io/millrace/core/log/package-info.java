/** Tests of the segment log, some of them on a disk that fails. */
@NullMarked
package io.millrace.core.log;

import org.jspecify.annotations.NullMarked;
