/** Key-value stores for what must survive a restart. */
@NullMarked
package io.millrace.api.storage;

import org.jspecify.annotations.NullMarked;
