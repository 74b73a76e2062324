package io.millrace.extension.filestorage;

import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Plugin;
import java.util.List;

/** Brings the {@code file_storage} extension. */
public final class FileStorageExtensionPlugin implements Plugin {

  @Override
  public String name() {
    return "millrace-file-storage-extension";
  }

  @Override
  public List<ExtensionFactory<?>> extensions() {
    return List.of(new FileStorageExtensionFactory());
  }
}
