/** Tests of what decides after a crash and in a repair, on small logs made by hand. */
@NullMarked
package dev.cairn.internal.recovery;

import org.jspecify.annotations.NullMarked;
