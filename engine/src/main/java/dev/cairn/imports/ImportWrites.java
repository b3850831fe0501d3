package dev.cairn.imports;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Names;

/**
 * Writes of imports for a {@link dev.cairn.Batch}.
 *
 * <p>Threading: stateless.
 */
public final class ImportWrites {
    private ImportWrites() {}

    /**
     * States that the first {@code rows} rows of {@code source} are taken in with this batch. Refused as a conflict when as
     * many or more of them were taken in before, so that a batch that is sent again is not taken twice.
     *
     * @param source what identifies the input and how it is read, as a hash of both
     * @param rows from 0
     */
    public static Write advance(String source, long rows) {
        if (rows < 0) {
            throw new InvalidRequestException("expected rows from 0, was " + rows, "/rows");
        }
        return new BoundCommand(KindIds.IMPORT, new ImportCommand(Names.check(source, "/source"), rows));
    }
}
