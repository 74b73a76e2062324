package io.millrace.core.cli;

/** The exit codes of every command. */
final class ExitCode {
  static final int OK = 0;

  /** Wrong configuration, or the agent cannot start. */
  static final int FAILED = 1;

  private ExitCode() {}
}
