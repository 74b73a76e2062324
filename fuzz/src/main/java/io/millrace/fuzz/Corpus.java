package io.millrace.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The inputs that are kept for a target: {@code fuzz/corpus/TARGET.zip}, which the fuzzer made, and
 * the files in {@code fuzz/regressions/TARGET}, each of which has once shown a bug. Immutable.
 */
record Corpus(Path home, Target target) {

  /** The inputs by name, in order. */
  TreeMap<String, byte[]> inputs() throws IOException {
    TreeMap<String, byte[]> inputs = new TreeMap<>();
    if (Files.exists(archive())) {
      try (InputStream in = Files.newInputStream(archive());
          ZipInputStream zip = new ZipInputStream(in)) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          inputs.put(entry.getName(), zip.readAllBytes());
        }
      }
    }
    for (Path file : files(regressions())) {
      inputs.put(home.relativize(file).toString(), Files.readAllBytes(file));
    }
    return inputs;
  }

  /** Lays the inputs out as files for the fuzzer. */
  void unpack(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (byte[] input : inputs().values()) {
      Files.write(folder.resolve(name(input)), input);
    }
  }

  /** Keeps the files of a folder instead of what was kept; the same bytes for the same files. */
  void pack(Path folder) throws IOException {
    TreeMap<String, byte[]> inputs = new TreeMap<>();
    for (Path file : files(folder)) {
      byte[] input = Files.readAllBytes(file);
      inputs.put(name(input), input);
    }
    Files.createDirectories(archive().toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(archive());
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (var input : inputs.entrySet()) {
        ZipEntry entry = new ZipEntry(input.getKey());
        entry.setTimeLocal(java.time.LocalDateTime.of(2000, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(input.getValue());
        zip.closeEntry();
      }
    }
  }

  private Path archive() {
    return home.resolve("fuzz/corpus/" + target.id() + ".zip");
  }

  private Path regressions() {
    return home.resolve("fuzz/regressions/" + target.id());
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String name(byte[] input) {
    CRC32 checksum = new CRC32();
    checksum.update(input);
    return HexFormat.of().toHexDigits(checksum.getValue(), 8) + "-" + input.length;
  }
}
