package dev.cairn.inspect;

import dev.cairn.inspect.Verification.Severity;
import java.nio.file.Path;

/**
 * Entities of which something holds another state than the log: how many, and the one that the earliest record tells of.
 *
 * <p>Threading: one thread.
 */
final class Divergence {
    private long count;
    private long firstOffset = Long.MAX_VALUE;
    private String firstEntity = "";
    private String firstWhat = "";

    /** @param offset of the newest record of the entity */
    void add(long offset, String entity, String what) {
        count++;
        if (offset < firstOffset) {
            firstOffset = offset;
            firstEntity = entity;
            firstWhat = what;
        }
    }

    void report(Findings findings, Path file, String affects) {
        if (count > 0) {
            findings.add(
                    Severity.DERIVED,
                    file,
                    0,
                    firstOffset,
                    firstEntity + ": " + firstWhat + (count == 1 ? "" : "; and " + (count - 1) + " more differ"),
                    affects);
        }
    }
}
