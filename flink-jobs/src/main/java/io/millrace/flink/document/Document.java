package io.millrace.flink.document;

import java.io.Serializable;

/**
 * One document for Elasticsearch. Nobody changes the array.
 *
 * @param index the index, which the document's own time determines
 * @param id the same for the same thing
 * @param version never falls for the same id; equal versions have equal content
 * @param source the document, JSON in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying would cost for nothing
public record Document(String index, String id, long version, byte[] source)
    implements Serializable {

  private static final int OVERHEAD = 120;

  /** About what it takes in a bulk request. */
  public int sizeBytes() {
    return source.length + index.length() + id.length() + OVERHEAD;
  }
}
