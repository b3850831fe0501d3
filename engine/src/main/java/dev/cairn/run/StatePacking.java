package dev.cairn.run;

import dev.cairn.internal.compress.Packer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a state is stored, and does it.
 *
 * <p>A delta is the difference to the latest snapshot, so loading one means loading those before it down to a whole one. Three
 * limits keep that work bounded, whatever the run: so many deltas in a row, so many bytes of states to be made on the way, and no
 * more stored bytes behind the whole one than another whole one would take.
 *
 * <p>Threading: stateless.
 */
final class StatePacking {
    /** Deltas in a row at most. */
    static final int DEPTH_MAX = 32;

    /** Bytes of all states that are made to load one, at most, unless it is whole. */
    static final long CHAIN_BYTES_MAX = 64L << 20;

    /** States up to this are stored as they are: what packing saves is not worth reading another record. */
    static final int PLAIN_BYTES_MAX = 256;

    /** A delta takes at most this part of what a whole one would: else the whole one is worth its bytes, being loaded alone. */
    private static final int WORTH = 2;

    private StatePacking() {}

    static int checksum(byte[] state) {
        CRC32C checksum = new CRC32C();
        checksum.update(state);
        return (int) checksum.getValue();
    }

    /** The state as it is. */
    static RunCommand.PackedState plain(byte[] state) {
        return new RunCommand.PackedState(SnapshotForm.PLAIN, state, checksum(state));
    }

    /** The state by itself, as small as it gets. */
    static RunCommand.PackedState whole(byte[] state) {
        if (state.length > PLAIN_BYTES_MAX) {
            byte[] packed = Packer.pack(state);
            if (packed.length < state.length) {
                return new RunCommand.PackedState(SnapshotForm.PACKED, packed, checksum(state));
            }
        }
        return plain(state);
    }

    /** Whether a state of {@code bytes} may be stored as the difference to the latest snapshot of {@code run}. */
    static boolean mayBeDelta(@Nullable RunBody run, int bytes) {
        return run != null
                && bytes > PLAIN_BYTES_MAX
                && run.depth() < DEPTH_MAX
                && run.chainBytes() + bytes <= CHAIN_BYTES_MAX;
    }

    /** The state as the difference to {@code base}, the latest of {@code run}, or whole where that is no smaller in the long run. */
    static RunCommand.PackedState delta(RunBody run, byte[] base, byte[] state) {
        byte[] packed = Packer.pack(base, state);
        // What a whole one would take, by what the last one took.
        long wholeBytes = Math.max(1, (long) run.fullBytes() * state.length / Math.max(1, run.fullRawBytes()));
        boolean savesLittle = packed.length > wholeBytes / WORTH;
        if (savesLittle || run.sinceFullBytes() + packed.length > wholeBytes) {
            return whole(state);
        }
        return new RunCommand.PackedState(SnapshotForm.DELTA, packed, checksum(state));
    }
}
