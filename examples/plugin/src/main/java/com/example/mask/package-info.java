/** The {@code mask} processor. Open {@link com.example.mask.MaskPlugin} first. */
@NullMarked
package com.example.mask;

import org.jspecify.annotations.NullMarked;
