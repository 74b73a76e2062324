/**
 * What receivers of sources that can be read again have in common. Open {@link
 * io.millrace.toolkit.source.AgeBound} first.
 */
@NullMarked
package io.millrace.toolkit.source;

import org.jspecify.annotations.NullMarked;
