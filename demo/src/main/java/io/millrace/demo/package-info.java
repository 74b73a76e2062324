/**
 * {@code millrace demo}: the main job on real parts with one command. Open {@link
 * io.millrace.demo.Demo} first; the program that checks the result is in {@code ledger}.
 */
@NullMarked
package io.millrace.demo;

import org.jspecify.annotations.NullMarked;
