/**
 * How a component states its configuration: a record whose components are keys.
 *
 * <p>A key is the record component's name in snake_case, or {@link io.millrace.api.config.Key}. It
 * has a {@link io.millrace.api.config.Default}, is {@link io.millrace.api.config.Required}, or is
 * {@code @Nullable}: then an absent key is null, and a nested record is an optional section, off
 * unless its key is present (a key without a value turns it on with its defaults; {@code enabled:
 * false} in it turns it off). Every key carries a {@link io.millrace.api.config.Doc}.
 *
 * <p>Types: {@code String}, {@code boolean}, {@code int}, {@code long}, {@code double}, enums
 * (constants in snake_case), {@link java.time.Duration} (Go's notation), {@link
 * io.millrace.api.config.DataSize}, {@link io.millrace.api.config.Secret}, {@link
 * io.millrace.api.config.Endpoint}, {@link io.millrace.api.component.ComponentId}, {@link
 * java.nio.file.Path}, nested records, {@code List<T>}, {@code Map<String, T>}, and {@code Object}
 * for anything (then a {@code String}, {@code Boolean}, {@code Long}, {@code Double}, {@code List}
 * or {@code Map}). A nested record whose keys come from elsewhere stands under {@link
 * io.millrace.api.config.Squash}.
 */
@NullMarked
package io.millrace.api.config;

import org.jspecify.annotations.NullMarked;
