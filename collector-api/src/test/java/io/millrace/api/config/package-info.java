@NullMarked
package io.millrace.api.config;

import org.jspecify.annotations.NullMarked;
