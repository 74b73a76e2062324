package io.millrace.exporter.elasticsearch;

/**
 * Where a document goes. Immutable.
 *
 * @param index name of the index or data stream
 * @param dataset the data stream's dataset; empty when it is a plain index
 * @param namespace the data stream's namespace; empty when it is a plain index
 */
record IndexName(String index, String dataset, String namespace) {

  /** A plain index. */
  static IndexName plain(String index) {
    return new IndexName(index, "", "");
  }

  /** Whether it is a data stream by its parts. */
  boolean isDataStream() {
    return !dataset.isEmpty();
  }
}
