/** The {@code prometheus} exporter: offers the latest values of metrics to be scraped. */
@NullMarked
package io.millrace.exporter.prometheus;

import org.jspecify.annotations.NullMarked;
