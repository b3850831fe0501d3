package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a kind can be held against when a log is verified: which record may follow which. Needs no state but a
 * few bytes for each entity, the <em>trace</em>, which belong to the rules and are kept by the caller.
 *
 * <p>Threading: one thread; records come in order of offset.
 */
public interface RecordRules {
    /** The longest trace in bytes. */
    int TRACE_BYTES_MAX = 256;

    /**
     * Says why {@code event} may not follow what {@code trace} tells, or null; and brings the trace up to the event.
     *
     * @param trace empty before the entity's first record
     */
    @Nullable
    String follow(ByteSlab trace, Event event);

    /** Makes {@code trace} say that records of the entity are missing: any may follow. */
    void forget(ByteSlab trace);

    /** Records are missing from the log, of whichever entities. */
    void gap();
}
