/**
 * Current state, off the heap: what every entity is now, and which operations are remembered.
 *
 * <p>The only user of Chronicle Map, and nothing of it leaves. A {@link dev.cairn.internal.state.StateStore} knows keys and
 * values as bytes; what they mean is the business of the kinds. Everything here is rebuilt from the log or from a state
 * checkpoint, so nothing here is durable.
 */
@NullMarked
package dev.cairn.internal.state;

import org.jspecify.annotations.NullMarked;
