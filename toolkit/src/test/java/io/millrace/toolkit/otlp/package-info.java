@NullMarked
package io.millrace.toolkit.otlp;

import org.jspecify.annotations.NullMarked;
