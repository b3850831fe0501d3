/**
 * Reading: entities now and as of an offset, their history, and the log by position. Only looks, never changes.
 */
@NullMarked
package dev.cairn.internal.read;

import org.jspecify.annotations.NullMarked;
