@NullMarked
package io.millrace.toolkit.otlpjson;

import org.jspecify.annotations.NullMarked;
