/**
 * The one door through which Cairn changes files, so that a test can stand in it and let the n-th change fail.
 *
 * <p>Knows the JDK only. What Chronicle Queue and SQLite do to their files does not pass here, nor does what is copied
 * to directories for temporary files. Reading passes only where a channel is opened.
 */
@NullMarked
package dev.cairn.internal.disk;

import org.jspecify.annotations.NullMarked;
