/**
 * What a bad or a full disk, a strange directory, or a half-done opening may do to an engine.
 *
 * <p>May use everything of the engine's tests; nothing uses it.
 */
package dev.cairn.faults;
