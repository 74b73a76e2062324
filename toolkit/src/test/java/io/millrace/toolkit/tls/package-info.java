@NullMarked
package io.millrace.toolkit.tls;

import org.jspecify.annotations.NullMarked;
