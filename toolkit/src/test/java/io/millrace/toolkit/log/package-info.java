@NullMarked
package io.millrace.toolkit.log;

import org.jspecify.annotations.NullMarked;
