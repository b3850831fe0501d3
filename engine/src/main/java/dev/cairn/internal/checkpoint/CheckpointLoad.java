package dev.cairn.internal.checkpoint;

import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.StateStore;

/**
 * What came of loading a state checkpoint: the state, or why there is none to be had from it.
 *
 * <p>Threading: immutable; the stores as they say themselves.
 */
public sealed interface CheckpointLoad {
    /**
     * Every byte was checked and every entry is in its store. The stores belong to the caller.
     *
     * @param header what the file says about itself
     * @param state the entries of all kinds
     * @param operations the remembered operations
     */
    record Loaded(CheckpointHeader header, StateStore state, OperationMemory operations) implements CheckpointLoad {}

    /**
     * The state has to be folded from the log.
     *
     * @param reason in one word
     * @param why for a person, with file and position
     */
    record Unusable(Reason reason, String why) implements CheckpointLoad {}

    /** Why a checkpoint is of no use. */
    enum Reason {
        /** There is no such file. */
        ABSENT,
        /** It belongs to another installation. */
        FOREIGN,
        /** A newer Cairn wrote it. */
        NEWER,
        /** It is not as it was written. */
        DAMAGED,
        /** The disk refused to give it. */
        UNREADABLE,
        /** The engine has no use for it: it stands for another log, or its entries are beyond the limits. */
        UNSUITABLE
    }
}
