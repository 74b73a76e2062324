/**
 * Compression of bodies and messages, with limits on what they unfold to. Open {@link
 * io.millrace.toolkit.compression.Compression} first; everything here is thread-safe.
 */
@NullMarked
package io.millrace.toolkit.compression;

import org.jspecify.annotations.NullMarked;
