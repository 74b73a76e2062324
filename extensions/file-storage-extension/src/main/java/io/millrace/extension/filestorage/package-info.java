/**
 * The {@code file_storage} extension: key-value stores of components, one file each.
 *
 * <p>Open {@link io.millrace.extension.filestorage.FileStorageExtension} first; the file format and
 * what survives which accident stand on {@link io.millrace.extension.filestorage.LogStorage}.
 */
@NullMarked
package io.millrace.extension.filestorage;

import org.jspecify.annotations.NullMarked;
