/**
 * Data directories as tools see them: what is in one, its log, what is wrong with it, and what can be done. All of it works beside
 * a running writer and writes nothing, but a {@link dev.cairn.inspect.Recovery} that is applied: that one takes the lock, and
 * changes files.
 */
@NullMarked
package dev.cairn.inspect;

import org.jspecify.annotations.NullMarked;
