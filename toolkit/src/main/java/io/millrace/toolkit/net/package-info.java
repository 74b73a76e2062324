/**
 * What network components share: event loops, budgets of bytes, the product's name. Open {@link
 * io.millrace.toolkit.net.EventLoops} first.
 */
@NullMarked
package io.millrace.toolkit.net;

import org.jspecify.annotations.NullMarked;
