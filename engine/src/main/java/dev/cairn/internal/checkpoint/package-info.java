/**
 * State written down so that it need not be folded from the whole log again.
 *
 * <p>A {@link dev.cairn.internal.checkpoint.StateCheckpoint} is written at a clean close and read at the next open. It is
 * never the truth: whatever is wrong with it, the log says the same, only slower.
 */
@NullMarked
package dev.cairn.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
