/**
 * Sessions: transcripts of messages, appended by anyone, read by offset and time in both directions, a page at a time.
 */
@NullMarked
package dev.cairn.session;

import org.jspecify.annotations.NullMarked;
