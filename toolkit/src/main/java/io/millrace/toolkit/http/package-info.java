/**
 * HTTP clients and servers with the Collector's keys. Open {@link
 * io.millrace.toolkit.http.HttpSender} for clients and {@link io.millrace.toolkit.http.HttpServer}
 * for servers. Configuration records are immutable; senders and servers are thread-safe.
 */
@NullMarked
package io.millrace.toolkit.http;

import org.jspecify.annotations.NullMarked;
