/**
 * The engine beside a model of it that is a few maps and lists: seeded random operations, the same outcomes from both, and
 * restarts in between.
 */
@NullMarked
package dev.cairn.model;

import org.jspecify.annotations.NullMarked;
