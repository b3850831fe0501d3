package dev.cairn.internal.kind;

import dev.cairn.Fence;
import dev.cairn.internal.codec.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The change that {@code decide} is drafting: what it may know, and where it puts its events. Sees the earlier items of the
 * same batch.
 *
 * <p>Threading: commit lock held.
 */
public interface Draft {
    /** The log's time of the records to come, in microseconds since 1970. */
    long at();

    /** The offset that the next emitted event will get. */
    long nextOffset();

    /** Who acts, as the caller said. */
    @Nullable
    String actor();

    /** Whether an earlier item of the same document changes entities of {@code kind}: its index in memory lags behind then. */
    boolean staged(Kind kind);

    /** The leases that the caller presents. */
    List<Fence> fences();

    /** The current state of another entity; valid until the next call. */
    Entity entity(Kind kind, @Nullable String topic, String key);

    /** Adds an event on the command's own entity; fill its payload at once. */
    Event emit(int type);

    /** Adds an event on another entity; fill its payload at once. */
    Event emit(Kind kind, @Nullable String topic, String key, int type);

    /** Names who acts when the caller did not say; call before {@code emit}. */
    void defaultActor(String actor);
}
