package io.millrace.api.storage;

import io.millrace.api.component.ComponentId;
import java.io.IOException;

/** The service of a storage extension. Thread-safe. */
public interface StorageProvider {

  /**
   * The storage of a component; the same for the same kind and id.
   *
   * @param kind {@code receiver}, {@code processor}, {@code exporter}, {@code connector}, {@code
   *     extension}
   * @throws IOException when it cannot be opened
   */
  Storage open(String kind, ComponentId id) throws IOException;
}
