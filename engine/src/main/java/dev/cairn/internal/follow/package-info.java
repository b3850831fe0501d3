/**
 * Following the durable log: one thread that reads it by offset and hands it in batches to an observer, which keeps its own
 * position next to its own data. The projection, subscriptions and sinks are observers.
 *
 * <p>Knows records and offsets; knows no segment, no SQL and no network.
 */
@NullMarked
package dev.cairn.internal.follow;

import org.jspecify.annotations.NullMarked;
