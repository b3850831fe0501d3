/**
 * The engine's own records: the epochs.
 */
@NullMarked
package dev.cairn.internal.system;

import org.jspecify.annotations.NullMarked;
