@NullMarked
package io.millrace.toolkit.net;

import org.jspecify.annotations.NullMarked;
