/**
 * Data directories as tools see them: what is in one, and its log without the state that follows from it. Nothing here writes
 * to a directory, and all of it works beside a running writer.
 */
@NullMarked
package dev.cairn.inspect;

import org.jspecify.annotations.NullMarked;
