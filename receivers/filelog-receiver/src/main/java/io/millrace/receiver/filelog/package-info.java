/**
 * The {@code filelog} receiver: tails files, exactly.
 *
 * <p>Open {@link io.millrace.receiver.filelog.Reading} first: one poller finds files, a few workers
 * read them. {@link io.millrace.receiver.filelog.Tail} stands for one file and is worked on by one
 * thread at a time: its {@link io.millrace.receiver.filelog.RecordReader} finds records, its {@link
 * io.millrace.receiver.filelog.Outbox} has what is under way. {@link
 * io.millrace.receiver.filelog.Splitter} says where records end and {@link
 * io.millrace.receiver.filelog.Ledger} what has arrived.
 *
 * <p>Three rules carry the guarantee. Where a record ends depends on nothing but the file's bytes
 * from the record's start on, and on boundaries that were written to the storage before they were
 * used; so every reading of a file gives the same records under the same origins. A record's
 * observed time is in the quarter of an hour of its first reading, which is in the storage before
 * the record leaves. And a stored position is the end of what has been delivered without a gap,
 * never more.
 */
@NullMarked
package io.millrace.receiver.filelog;

import org.jspecify.annotations.NullMarked;
