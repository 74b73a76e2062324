@NullMarked
package io.millrace.toolkit.source;

import org.jspecify.annotations.NullMarked;
