/**
 * Consumer groups: named positions in the log, kept as records, with one active reader each and at-least-once delivery.
 */
@NullMarked
package dev.cairn.consumer;

import org.jspecify.annotations.NullMarked;
