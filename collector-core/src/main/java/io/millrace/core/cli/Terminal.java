package io.millrace.core.cli;

import io.millrace.core.config.Environment;
import java.io.PrintWriter;

/**
 * What a command talks to.
 *
 * @param out results
 * @param err messages
 * @param environment variables and directory
 * @param application where the built-in components are
 */
public record Terminal(
    PrintWriter out, PrintWriter err, Environment environment, ClassLoader application) {}
