@NullMarked
package io.millrace.receiver.otlp;

import org.jspecify.annotations.NullMarked;
