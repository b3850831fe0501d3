package dev.cairn.run;

import dev.cairn.InvalidRequestException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a snapshot is taken. */
public enum SnapshotKind {
    /** By the clock or after a step: skipped when nothing meaningful has changed. */
    AUTO(1),
    /** Because somebody asked: always kept. */
    MANUAL(2),
    /** After a failure, as the state to go on from: always kept. */
    RECOVERY(3);

    private final int wire;

    SnapshotKind(int wire) {
        this.wire = wire;
    }

    int wire() {
        return wire;
    }

    /** The name in requests: {@code auto}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SnapshotKind ofWire(int wire) {
        for (SnapshotKind kind : values()) {
            if (kind.wire == wire) {
                return kind;
            }
        }
        throw new IllegalStateException("expected a kind of snapshot up to " + RECOVERY.wire + ", was " + wire);
    }

    /**
     * Reads the form that requests use.
     *
     * @throws InvalidRequestException when it is none of these
     */
    public static SnapshotKind parse(String text, @Nullable String where) {
        return switch (text) {
            case "auto" -> AUTO;
            case "manual" -> MANUAL;
            case "recovery" -> RECOVERY;
            default ->
                throw new InvalidRequestException(
                        "expected auto, manual or recovery, was "
                                + (text.length() > 64 ? text.substring(0, 64) + "…" : text),
                        where);
        };
    }
}
