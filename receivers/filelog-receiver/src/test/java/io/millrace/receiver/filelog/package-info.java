/** Tests of the {@code filelog} receiver, with real files. */
@NullMarked
package io.millrace.receiver.filelog;

import org.jspecify.annotations.NullMarked;
