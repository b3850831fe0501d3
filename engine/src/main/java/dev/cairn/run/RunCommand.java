package dev.cairn.run;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import org.jspecify.annotations.Nullable;

/**
 * The wishes about a run.
 *
 * <p>Threading: immutable; arrays are never written to.
 */
sealed interface RunCommand extends Command {
    /**
     * A snapshot is to be kept, packed already.
     *
     * @param wish what the caller asked for
     * @param packed its state as it is to be stored
     * @param latest the offset of the snapshot that the caller found to be the latest, −1 for none; it must still be
     */
    record Save(SaveWish wish, PackedState packed, long latest) implements RunCommand {
        @Override
        public String key() {
            return wish.run();
        }

        /** The same wish is the same command, whatever it is packed against. */
        @Override
        public void fingerprint(ByteSlab into) {
            wish.fingerprint(into);
        }
    }

    /** A run is to end with its snapshots. */
    record Delete(String key) implements RunCommand {
        @Override
        public void fingerprint(ByteSlab into) {
            into.putByte('d');
        }
    }

    /**
     * What a caller asked for, checked for form.
     *
     * @param state compact JSON
     * @param hash of its meaningful part
     * @param id null lets the engine name it
     * @param parent null for whichever is the latest
     * @param metadata compact JSON, an object
     * @param task the task that the metadata names, empty for none
     */
    record SaveWish(
            String run,
            SnapshotKind kind,
            byte[] state,
            byte[] hash,
            @Nullable String id,
            @Nullable String parent,
            byte[] metadata,
            String task) {
        /** Whether this need not be saved when the latest snapshot means the same. */
        boolean mayBeSkipped() {
            return kind == SnapshotKind.AUTO;
        }

        void fingerprint(ByteSlab into) {
            into.putByte('s');
            into.putByte(kind.wire());
            into.putText(id == null ? "" : id);
            into.putText(parent == null ? "" : parent);
            into.putInt(metadata.length);
            into.putBytes(metadata, 0, metadata.length);
            into.putBytes(hash, 0, hash.length);
            into.putBytes(state, 0, state.length);
        }
    }

    /**
     * A state as it is to be stored.
     *
     * @param form a delta is the difference to the latest snapshot
     * @param checksum CRC32C of the state as it was given
     */
    record PackedState(SnapshotForm form, byte[] stored, int checksum) {}
}
