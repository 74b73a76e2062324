/**
 * The {@code elasticsearch} exporter: one document per item, written through {@code _bulk} with an
 * id that follows from the item's origin, so that what is sent twice is there once. Open {@link
 * io.millrace.exporter.elasticsearch.ElasticsearchExporter} first; {@link
 * io.millrace.exporter.elasticsearch.Documents} holds the documents' form, {@link
 * io.millrace.exporter.elasticsearch.BulkReply} what an answer means.
 */
@NullMarked
package io.millrace.exporter.elasticsearch;

import org.jspecify.annotations.NullMarked;
