@NullMarked
package io.millrace.testkit.server;

import org.jspecify.annotations.NullMarked;
