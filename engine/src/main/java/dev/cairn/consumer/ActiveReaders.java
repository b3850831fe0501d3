package dev.cairn.consumer;

import dev.cairn.HeldException;
import dev.cairn.NotFoundException;
import dev.cairn.consumer.ConsumerGroup.ActiveReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who reads which group now. Kept in memory alone: what a reader holds is no more than that nobody else reads at the same time,
 * and after a restart nobody does.
 *
 * <p>A group has at most one reader that is reading. One with a name keeps the group between its reads, for the session time it
 * asked for, on the monotonic clock. Beside that it is remembered how far a group's filter is known to let nothing pass, so that
 * a reader who commits only what it was given does not look through the same records again and again.
 *
 * <p>Groups that nobody reads are forgotten when there are more than {@link #GROUPS_MAX}, the longest untouched first.
 *
 * <p>Threading: any thread; guarded by itself.
 */
final class ActiveReaders {
    static final int GROUPS_MAX = 10_000;

    private static final String UNNAMED = "a reader without a name";
    /** When to ask again, at the earliest, where a reader without a session is reading. */
    private static final Duration READING = Duration.ofSeconds(1);

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
    private long holds;

    /** The right to read a group. */
    record Hold(String group, long number) {}

    private static final class Slot {
        private long hold;
        private @Nullable String name;
        private boolean reading;
        private long sessionNanos;
        private long keptUntil;
        private long emptyRevision = -1;
        private long emptyUntil;
    }

    /** @param nanoTime the monotonic clock, as {@link System#nanoTime} */
    ActiveReaders(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** @throws HeldException when another reader has the group */
    synchronized Hold enter(String group, @Nullable String name, Duration session) {
        Slot slot = slots.computeIfAbsent(group, ignored -> new Slot());
        long now = nanoTime.getAsLong();
        if (slot.reading || isKept(slot, now) && !(name != null && name.equals(slot.name))) {
            throw held(group, slot, now);
        }
        slot.hold = ++holds;
        slot.name = name;
        slot.reading = true;
        slot.sessionNanos = name == null ? 0 : session.toNanos();
        forgetOne();
        return new Hold(group, slot.hold);
    }

    private static boolean isKept(Slot slot, long now) {
        return slot.sessionNanos > 0 && slot.keptUntil - now > 0;
    }

    private HeldException held(String group, Slot slot, long now) {
        String holder = slot.name == null ? UNNAMED : slot.name;
        return new HeldException("consumer " + group, holder, expiresAt(slot, now), 0);
    }

    private Instant expiresAt(Slot slot, long now) {
        long left = slot.reading ? Math.max(slot.sessionNanos, READING.toNanos()) : slot.keptUntil - now;
        return clock.instant().plusNanos(left).truncatedTo(ChronoUnit.MICROS);
    }

    /** At most one more group than allowed has come, so one has to go. */
    private void forgetOne() {
        if (slots.size() <= GROUPS_MAX) {
            return;
        }
        for (Iterator<Slot> eldest = slots.values().iterator(); eldest.hasNext(); ) {
            if (!eldest.next().reading) {
                eldest.remove();
                return;
            }
        }
    }

    /** Ends a hold; {@code keep} says whether the session of its reader goes on. */
    synchronized void leave(Hold hold, boolean keep) {
        Slot slot = current(hold);
        if (slot != null) {
            slot.reading = false;
            slot.sessionNanos = keep ? slot.sessionNanos : 0;
            slot.keptUntil = nanoTime.getAsLong() + slot.sessionNanos;
        }
    }

    private @Nullable Slot current(Hold hold) {
        Slot slot = slots.get(hold.group());
        return slot != null && slot.hold == hold.number() ? slot : null;
    }

    /** @throws NotFoundException when the group was deleted since the hold began */
    synchronized void check(Hold hold) {
        if (current(hold) == null) {
            throw new NotFoundException(ConsumerKind.NAME, hold.group());
        }
    }

    /** Ends whatever is known of a group that was deleted. */
    synchronized void forget(String group) {
        slots.remove(group);
    }

    /** Who has the group now, or null. */
    synchronized @Nullable ActiveReader reader(String group) {
        Slot slot = slots.get(group);
        long now = nanoTime.getAsLong();
        return slot == null || !slot.reading && !isKept(slot, now)
                ? null
                : new ActiveReader(slot.name, slot.reading, expiresAt(slot, now));
    }

    /** States that a group as of {@code revision} has nothing to read before {@code until}. */
    synchronized void empty(Hold hold, long revision, long until) {
        Slot slot = current(hold);
        if (slot != null) {
            slot.emptyRevision = revision;
            slot.emptyUntil = until;
        }
    }

    /** Where a group as of {@code revision} whose position is {@code offset} has to begin to look. */
    synchronized long begin(Hold hold, long revision, long offset) {
        Slot slot = current(hold);
        return slot != null && slot.emptyRevision == revision ? Math.max(offset, slot.emptyUntil) : offset;
    }

    synchronized int size() {
        return slots.size();
    }
}
