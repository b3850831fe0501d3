package dev.cairn.internal.kind;

import dev.cairn.Write;

/**
 * A command and the kind it belongs to: what a batch is made of.
 *
 * @param kind wire id of the kind
 * @param command the wish
 */
public record BoundCommand(byte kind, Command command) implements Write {}
