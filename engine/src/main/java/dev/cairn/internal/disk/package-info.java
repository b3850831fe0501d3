/**
 * The one door through which Cairn changes files, so that a test can stand in it and let the n-th change fail.
 *
 * <p>Knows the JDK only. What Chronicle Queue and SQLite do to their files does not pass here, nor does what is copied
 * to directories for temporary files. Reading passes only where a channel is opened.
 *
 * <p>The words in which people are told of files are here too: what the system says of one that fails, and how a shell takes its name.
 */
@NullMarked
package dev.cairn.internal.disk;

import org.jspecify.annotations.NullMarked;
