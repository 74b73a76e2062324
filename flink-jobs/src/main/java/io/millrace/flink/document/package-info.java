/**
 * What is indexed: names, ids, versions and JSON. All functions of their arguments: the same result
 * has the same id in the same index wherever and whenever it is computed, and a later result of the
 * same thing has a higher version.
 */
@NullMarked
package io.millrace.flink.document;

import org.jspecify.annotations.NullMarked;
