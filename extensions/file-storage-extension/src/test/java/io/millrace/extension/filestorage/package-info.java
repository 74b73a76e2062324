/** Tests of the {@code file_storage} extension. */
@NullMarked
package io.millrace.extension.filestorage;

import org.jspecify.annotations.NullMarked;
