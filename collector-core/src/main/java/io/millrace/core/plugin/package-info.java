/**
 * Finds components: built-in ones on the application class path, others in directories under {@code
 * plugins/}, each with a class loader of its own. Open {@link io.millrace.core.plugin.Components}
 * first.
 */
@NullMarked
package io.millrace.core.plugin;

import org.jspecify.annotations.NullMarked;
