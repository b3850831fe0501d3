/**
 * What waits for whom, in order and in memory: the structure from which claims are answered.
 *
 * <p>{@link dev.cairn.internal.index.ClaimIndex} is the door. It is built on a set of keys
 * ({@link dev.cairn.internal.index.KeyTable}, whose bytes lie in a {@link dev.cairn.internal.index.KeyArena}) that gives each
 * key a small number, and on the offers of each bucket ({@link dev.cairn.internal.index.Offers}): chains of such numbers, and a heap
 * ({@link dev.cairn.internal.index.OfferHeap}) of those that come out of order. All of it
 * is primitive arrays in pages ({@link dev.cairn.internal.index.PagedLongs}): there is no object for a key, nothing is
 * ever copied as a whole to grow, and a page that is not needed any more is dropped.
 *
 * <p>Nothing here is durable, knows what a task is, asks a clock or takes a lock. Only the slab of {@code internal.codec}
 * enters.
 */
@NullMarked
package dev.cairn.internal.index;

import org.jspecify.annotations.NullMarked;
