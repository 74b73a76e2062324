@NullMarked
package io.millrace.api.component;

import org.jspecify.annotations.NullMarked;
