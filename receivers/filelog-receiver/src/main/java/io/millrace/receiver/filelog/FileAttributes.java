package io.millrace.receiver.filelog;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Value;
import io.millrace.receiver.filelog.operator.Members;
import io.millrace.receiver.filelog.operator.Text;
import io.millrace.receiver.filelog.operator.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The attributes that every record of a file has. Immutable. */
final class FileAttributes {
  private final Members values = new Members();
  private final List<Pair> encoded;

  private FileAttributes(Map<String, Object> values, Map<String, Object> configured) {
    values.forEach((key, value) -> this.values.put(key, Text.of(String.valueOf(value))));
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(configured);
    List<Pair> pairs = new ArrayList<>();
    all.forEach((key, value) -> pairs.add(new Pair(AttributeKey.of(key), Values.toValue(value))));
    this.encoded = List.copyOf(pairs);
  }

  /** What the configuration wants to know about a file; what cannot be found out is left out. */
  static FileAttributes of(Path path, FilelogConfig config) {
    Map<String, Object> values = new LinkedHashMap<>();
    if (config.includeFileName()) {
      values.put("log.file.name", String.valueOf(path.getFileName()));
    }
    if (config.includeFilePath()) {
      values.put("log.file.path", path.toString());
    }
    try {
      if (config.includeFileNameResolved() || config.includeFilePathResolved()) {
        Path resolved = path.toRealPath();
        if (config.includeFileNameResolved()) {
          values.put("log.file.name_resolved", String.valueOf(resolved.getFileName()));
        }
        if (config.includeFilePathResolved()) {
          values.put("log.file.path_resolved", resolved.toString());
        }
      }
      ownership(path, config, values);
    } catch (IOException | UnsupportedOperationException e) {
      // The file is gone, or this file system has no owners: the records are worth more.
      return new FileAttributes(values, Values.copy(config.attributes()));
    }
    return new FileAttributes(values, Values.copy(config.attributes()));
  }

  /** By name, without those of the configuration. Not to be changed. */
  Members values() {
    return values;
  }

  /** Writes them and those of the configuration. */
  void writeTo(LogRecordWriter record) {
    for (int i = 0; i < encoded.size(); i++) {
      Pair pair = encoded.get(i);
      record.put(pair.key, pair.value);
    }
  }

  private static void ownership(Path path, FilelogConfig config, Map<String, Object> values)
      throws IOException {
    if (!config.includeFileOwnerName()
        && !config.includeFileOwnerGroupName()
        && !config.includeFilePermissions()) {
      return;
    }
    PosixFileAttributes posix = Files.readAttributes(path, PosixFileAttributes.class);
    if (config.includeFileOwnerName()) {
      values.put("log.file.owner.name", posix.owner().getName());
    }
    if (config.includeFileOwnerGroupName()) {
      values.put("log.file.owner.group.name", posix.group().getName());
    }
    if (config.includeFilePermissions()) {
      values.put("log.file.permissions", octal(posix.permissions()));
    }
  }

  private static String octal(Set<PosixFilePermission> permissions) {
    int bits = 0;
    int bit = 0400;
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      bits |= permissions.contains(permission) ? bit : 0;
      bit >>= 1;
    }
    return String.format(Locale.ROOT, "%04o", bits);
  }

  private record Pair(AttributeKey key, Value value) {}
}
