/**
 * Opening after whatever happened: looks at what is there, makes a plan, carries it out, rebuilds state by replay.
 */
@NullMarked
package dev.cairn.internal.recovery;

import org.jspecify.annotations.NullMarked;
