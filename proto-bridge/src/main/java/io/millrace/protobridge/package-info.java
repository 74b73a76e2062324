/**
 * Converts between batches and the generated classes of {@code opentelemetry-proto}, for plugins
 * whose authors already know those. Open {@link io.millrace.protobridge.ProtoBridge}.
 *
 * <p>A conversion copies and decodes everything, at a tenth of the speed of the model or less:
 * nothing of Millrace itself uses it. A plugin bundles this module and its libraries. Everything
 * here is immutable and thread-safe.
 */
@NullMarked
package io.millrace.protobridge;

import org.jspecify.annotations.NullMarked;
