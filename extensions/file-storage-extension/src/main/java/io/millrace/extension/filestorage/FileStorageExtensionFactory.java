package io.millrace.extension.filestorage;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Extension;
import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Stability;

/** Makes {@code file_storage} extensions. */
public final class FileStorageExtensionFactory implements ExtensionFactory<FileStorageConfig> {

  @Override
  public String type() {
    return "file_storage";
  }

  @Override
  public Stability stability() {
    return Stability.BETA;
  }

  @Override
  public Class<FileStorageConfig> configType() {
    return FileStorageConfig.class;
  }

  @Override
  public Extension create(ComponentContext context, FileStorageConfig config) {
    return new FileStorageExtension(context, config);
  }
}
