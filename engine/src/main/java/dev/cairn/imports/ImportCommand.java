package dev.cairn.imports;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;

/**
 * The statement that the first {@code rows} rows of a source have been taken in.
 *
 * <p>Threading: immutable.
 *
 * @param key what identifies the input and how it is read
 */
record ImportCommand(String key, long rows) implements Command {
    @Override
    public void fingerprint(ByteSlab into) {
        into.putLong(rows);
    }
}
