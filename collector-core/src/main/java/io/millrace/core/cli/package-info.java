/**
 * The command line. Open {@link io.millrace.core.cli.Main} first. Commands print results to
 * standard output and everything else to standard error; they are made anew for each run of a
 * command.
 */
@NullMarked
package io.millrace.core.cli;

import org.jspecify.annotations.NullMarked;
