/**
 * JSON in the engine: checking, merging and writing it. The only user of Jackson; no type of Jackson leaves it.
 */
@NullMarked
package dev.cairn.internal.json;

import org.jspecify.annotations.NullMarked;
