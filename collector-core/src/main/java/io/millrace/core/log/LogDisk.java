package io.millrace.core.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a log needs of a disk: one directory of files. Thread-safe. Everything that a log does to
 * its files goes through here, so that tests can lose, tear and refuse it.
 */
public interface LogDisk {

  /** The names of the files that are there, in no order. */
  List<String> list() throws IOException;

  /**
   * Opens a file for reading and writing; for reading only where the disk is read-only.
   *
   * @param fresh whether to make it, empty, whatever was there before
   * @throws java.nio.file.NoSuchFileException when it is not there and not to be made
   */
  File open(String name, boolean fresh) throws IOException;

  /** Deletes a file; nothing when it is not there. */
  void delete(String name) throws IOException;

  /** Makes what was created and deleted so far survive a power failure. */
  void force() throws IOException;

  /** An open file. Thread-safe. */
  interface File extends AutoCloseable {

    /**
     * Reads some bytes, fewer than wanted at will.
     *
     * @return how many; -1 at the end of the file
     */
    int read(ByteBuffer target, long at) throws IOException;

    /**
     * Writes some bytes, fewer than given at will.
     *
     * @return how many, at least 1
     */
    int write(ByteBuffer source, long at) throws IOException;

    /** Makes what was written so far survive a power failure. */
    void force() throws IOException;

    /** Cuts the file. */
    void truncate(long size) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
  }
}
