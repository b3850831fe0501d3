package dev.cairn.run;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.JoinedNames;
import dev.cairn.internal.kind.Names;
import java.nio.charset.StandardCharsets;

/**
 * The names of runs and snapshots, and the key under which a snapshot is found: run and id joined by a slash, where a slash in the
 * run is {@code %2F} and a percent sign {@code %25}. So the first slash ends the run, whatever the id holds.
 *
 * <p>Threading: stateless.
 */
final class SnapshotKey {
    /** The longest key in bytes of UTF-8: what an entity's key may have in the state. */
    static final int BYTES_MAX = 1_025;

    private SnapshotKey() {}

    static String of(String run, String id) {
        return JoinedNames.escaped(run) + "/" + id;
    }

    static String checkRun(String run, String where) {
        return notReserved(Names.check(run, where), where);
    }

    /** Checks the id of a snapshot that is saved. */
    static String checkId(String id, String where) {
        if (id.equals(Runs.LATEST)) {
            throw new InvalidRequestException("expected an id, was the word latest", where);
        }
        return notReserved(Names.check(id, where), where);
    }

    /** Checks that a snapshot under {@code id} can be found again. */
    static void checkTogether(String run, String id, String where) {
        int bytes = bytes(run, id);
        if (bytes > BYTES_MAX) {
            throw new InvalidRequestException(
                    "expected run and snapshot id of at most " + BYTES_MAX
                            + " bytes together, with / and % in the run counted as three, was " + bytes,
                    where);
        }
    }

    /** Whether there can be a snapshot under {@code id}. */
    static boolean isPossible(String run, String id) {
        return bytes(run, id) <= BYTES_MAX;
    }

    private static int bytes(String run, String id) {
        return of(run, id).getBytes(StandardCharsets.UTF_8).length;
    }

    private static String notReserved(String id, String where) {
        return Names.checkId(id, where);
    }
}
