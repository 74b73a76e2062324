@NullMarked
package io.millrace.toolkit.compression;

import org.jspecify.annotations.NullMarked;
