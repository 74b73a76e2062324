package io.millrace.core.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The agent's version, from the manifest of its jar. */
final class Version implements IVersionProvider {
  static final String NUMBER =
      Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "unknown");

  @Override
  public String[] getVersion() {
    return new String[] {
      "millrace " + NUMBER + " (Java " + Runtime.version() + ")",
    };
  }
}
