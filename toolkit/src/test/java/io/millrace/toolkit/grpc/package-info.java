@NullMarked
package io.millrace.toolkit.grpc;

import org.jspecify.annotations.NullMarked;
