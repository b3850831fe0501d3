package dev.cairn.internal.assembly;

import dev.cairn.internal.recovery.RecoveryPlan;
import dev.cairn.internal.segment.Control;

/** Opens the projection that an engine's options ask for. Threading: the opening thread. */
final class ProjectionSides {
    private ProjectionSides() {}

    static ProjectionSide open(OpenLog log, WriterEnds ends, RecoveryPlan plan, Control control) {
        return new NoProjection();
    }

    static ProjectionSide openForReading(OpenLog log, ReaderEnds ends) {
        return new NoProjection();
    }
}
