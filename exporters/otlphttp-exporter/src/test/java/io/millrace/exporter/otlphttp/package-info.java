@NullMarked
package io.millrace.exporter.otlphttp;

import org.jspecify.annotations.NullMarked;
