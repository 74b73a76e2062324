@NullMarked
package io.millrace.toolkit.http;

import org.jspecify.annotations.NullMarked;
