/**
 * What a kind is: the one small interface between the capabilities ({@code dev.cairn.task}, {@code dev.cairn.log}, …) and the
 * machinery that commits, replays, projects and shows their records.
 *
 * <p>A kind decides and evolves; it knows no Chronicle, no SQL, no HTTP, no clock and no thread.
 */
@NullMarked
package dev.cairn.internal.kind;

import org.jspecify.annotations.NullMarked;
