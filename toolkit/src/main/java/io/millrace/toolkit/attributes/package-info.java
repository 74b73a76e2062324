/**
 * The actions on attributes that the {@code attributes} and {@code resource} processors share. Open
 * {@link io.millrace.toolkit.attributes.AttributeActions} first.
 */
@NullMarked
package io.millrace.toolkit.attributes;

import org.jspecify.annotations.NullMarked;
