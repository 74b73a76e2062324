package io.millrace.receiver.filelog;

/**
 * When a piece of a stream was first read. Immutable.
 *
 * @param end where it ends; it begins where the run before it ends
 * @param quarter quarters of an hour since 1970: when the records that start in it were read
 */
record ReadRun(long end, long quarter) {}
