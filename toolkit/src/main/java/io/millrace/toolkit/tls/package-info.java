/**
 * The Collector's {@code tls} blocks and what is made of them. Open {@link
 * io.millrace.toolkit.tls.TlsSettings} first. Configuration records are immutable, contexts are
 * thread-safe.
 */
@NullMarked
package io.millrace.toolkit.tls;

import org.jspecify.annotations.NullMarked;
