package dev.cairn.run;

import java.util.Locale;

/** How a state is stored. */
public enum SnapshotForm {
    /** As it was given. */
    PLAIN(1),
    /** Compressed by itself. */
    PACKED(2),
    /** As the difference to the snapshot before. */
    DELTA(3);

    private final int wire;

    SnapshotForm(int wire) {
        this.wire = wire;
    }

    int wire() {
        return wire;
    }

    /** The name in answers: {@code delta}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SnapshotForm ofWire(int wire) {
        for (SnapshotForm form : values()) {
            if (form.wire == wire) {
                return form;
            }
        }
        throw new IllegalStateException("expected a form of snapshot up to " + DELTA.wire + ", was " + wire);
    }
}
