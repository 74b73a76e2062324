@NullMarked
package io.millrace.exporter.otlp;

import org.jspecify.annotations.NullMarked;
