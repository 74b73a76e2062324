@NullMarked
package io.millrace.protobridge;

import org.jspecify.annotations.NullMarked;
