package dev.cairn.inspect;

import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.recovery.StateWitness;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks those who remember entities beside the log whose newest records are missing: no later record names these.
 *
 * <p>Threading: one thread.
 */
record RememberedLosses(Kinds kinds, MissingRanges missing) implements StateWitness.Listener {
    /** What a witness that is damaged too told before that counts all the same; that it is damaged others report. */
    void ask(List<StateWitness> witnesses) {
        for (StateWitness witness : missing.isEmpty() ? List.<StateWitness>of() : witnesses) {
            try {
                witness.tell(this);
            } catch (IOException e) {
                continue;
            }
        }
    }

    @Override
    public boolean isLost(long offset) {
        return missing.contains(offset);
    }

    @Override
    public void entity(byte kind, @Nullable String topic, String key, long head, long version) {
        missing.lost(head, (topic == null ? kinds.byId(kind).name() : topic) + " " + key);
    }

    @Override
    public void operation(String id) {
        // A verification speaks of entities; the plan of a repair names operations too.
    }
}
