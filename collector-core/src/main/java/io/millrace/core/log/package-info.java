/**
 * The segment log: batches on disk until everybody has delivered them. Open {@link
 * io.millrace.core.log.SegmentLog} first, then {@link io.millrace.core.log.LogReader}; the bytes
 * are described in {@link io.millrace.core.log.LogFormat}.
 *
 * <p>Appending is thread-safe; one thread of the log's own writes to the disk. A reader is read by
 * one thread at a time and told of deliveries by any. What they share is guarded by one lock,
 * {@link io.millrace.core.log.LogLock}.
 */
@NullMarked
package io.millrace.core.log;

import org.jspecify.annotations.NullMarked;
