package io.millrace.core.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The agent's version and the commit it was built from, from the manifest of its jar. */
final class Version implements IVersionProvider {
  /** The version; {@code unknown} outside a jar. */
  static final String NUMBER =
      Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "unknown");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,40}");
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  @Override
  public String[] getVersion() {
    return new String[] {text(NUMBER, commit(), Runtime.version().toString())};
  }

  /**
   * What is printed.
   *
   * @param commit anything but a commit, as a build outside a repository has it, is left out
   */
  static String text(String number, @Nullable String commit, String java) {
    boolean known = commit != null && COMMIT.matcher(commit).matches();
    return "millrace "
        + number
        + (known ? " (commit " + commit + ", Java " : " (Java ")
        + java
        + ")";
  }

  private static @Nullable String commit() {
    URL own = Version.class.getResource("Version.class");
    String name = Version.class.getName().replace('.', '/') + ".class";
    if (own == null || !own.toString().endsWith(name)) {
      return null;
    }
    String root = own.toString().substring(0, own.toString().length() - name.length());
    try (InputStream manifest = URI.create(root + MANIFEST).toURL().openStream()) {
      Attributes attributes = new Manifest(manifest).getMainAttributes();
      return attributes.getValue("Implementation-Build");
    } catch (IOException e) {
      return null; // Class files in a folder have none.
    }
  }
}
