/**
 * Wiring: opens the parts in order, closes them in reverse, and is the one place that knows them all.
 */
@NullMarked
package dev.cairn.internal.assembly;

import org.jspecify.annotations.NullMarked;
