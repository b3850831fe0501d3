package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import org.jspecify.annotations.Nullable;

/**
 * One capability: what its commands mean, what its events do to state, how both look to people.
 *
 * <p>{@link #decide} and {@link #evolve} are pure: no clock, no I/O, no randomness. {@code evolve} is the only writer of
 * state, live and in recovery.
 *
 * <p>Threading: {@code decide} and {@code installed} under the commit lock; all else from any thread.
 */
public interface Kind {
    /** Wire id, never reused; 1–15 are taken by what ships with Cairn (see the registry). */
    byte id();

    /** The built-in topic, and the kind's name: {@code task}. For user topics, {@code topic}. */
    String name();

    /**
     * Accepts by emitting one or more events into {@code draft} and returning null, or says why not.
     *
     * @param current the command's entity as it is now
     * @throws ClassCastException when the command is not this kind's
     */
    @Nullable
    Rejection decide(Draft draft, Entity current, Command command);

    /**
     * Computes the body after {@code event}. The machinery keeps the header, except for the tombstone flag, which is this
     * method's to set where the event deletes.
     *
     * @param before the entity before the event; equal in content live and in replay
     * @param after holds a copy of the header of {@code before} and no body
     */
    void evolve(Entity before, Event event, Entity after);

    /** Whether {@code event} says all about the entity, so that {@link #evolve} needs no body before it. */
    default boolean isWhole(Event event) {
        return true;
    }

    /**
     * Fills the empty body of {@code into} with what is assumed of an entity whose records before {@code event} were all lost.
     * Called only where the event is not {@link #isWhole whole}.
     */
    default void assume(Event event, Entity into) {}

    /**
     * Whether an expectation about {@code current} finds it there. It is what its own records say, but where that depends on other
     * entities, or where what is free or empty can be read all the same.
     */
    default boolean exists(Draft draft, Entity current) {
        return current.exists();
    }

    /**
     * Whether the lease {@code NAME:KEY} guards the entity {@code KEY} of this kind against {@code command}: while somebody
     * holds it, only writes that present its token pass.
     */
    default boolean guarded(Command command) {
        return false;
    }

    /** Whether the kind keeps an index in memory and wants {@link #installed} to be called. */
    default boolean indexed() {
        return false;
    }

    /**
     * Called after state was installed, live and in replay, in order of offset, when the kind is {@link #indexed}.
     *
     * @param after the entity as it was installed: within a batch it may include later events
     */
    default void installed(Event event, Entity after) {}

    /**
     * Called for each entity that a checkpoint brought, in any order and before any {@link #installed}, when the kind is {@link
     * #indexed}.
     *
     * @param stateKey the entity's {@link StateKey}
     */
    default void restored(ByteSlab stateKey, Entity entity) {}

    /**
     * Called instead of {@link #restored} where the log has lost the body of the entity: it may be anything, and whoever loads it gets
     * a {@link dev.cairn.DamagedLogException}.
     *
     * @param stateKey the entity's {@link StateKey}
     */
    default void unrestored(ByteSlab stateKey) {}

    /** Whether the kind's entities are part of the state root. */
    default boolean inStateRoot() {
        return true;
    }

    /** The name of an event type in the audit trail: {@code created}. */
    String typeName(Event event);

    /** Appends the payload as JSON, as the audit trail shows it. */
    void renderPayload(Event event, ByteSlab json);

    /**
     * Appends the entity's content for the state root: its body without the log's own offsets and times. The key and version
     * are added by the caller.
     */
    void content(Entity entity, ByteSlab into);

    /** What a verification holds the records of this kind against, or null if any may follow any. */
    default @Nullable RecordRules recordRules() {
        return null;
    }

    /** How the entities of this kind look in the projection, or null if they are not projected. */
    default @Nullable EntityTable table() {
        return null;
    }
}
