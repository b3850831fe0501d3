package dev.cairn.harness;

import dev.cairn.harness.Workload.Work;
import java.util.List;

/**
 * A way into an engine, as clients use it.
 *
 * <p>Threading: one for each client.
 */
public interface Door {
    /** Asks what became of a write with an operation id. */
    Told.Outcome outcome(Work work);

    /** Makes the writes of one group, in its mode, and tells how each of them ended. What it throws ends the client. */
    void write(List<Work> group);
}
