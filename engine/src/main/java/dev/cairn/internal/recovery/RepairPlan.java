package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentSalvage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a repair is going to do to a damaged log, and what cannot be saved: made without changing anything, shown to people, and
 * then carried out as it is.
 *
 * <p>Threading: immutable.
 *
 * @param installation identity of the log
 * @param segments what was found, oldest first
 * @param repairs what is done to files of the log
 * @param lost ranges of offsets of which no record can be saved, ascending; ranges that earlier repairs gave up are among them
 *     only as long as the log has no account of it
 * @param entities entities that lost records, as far as what is left tells
 * @param operations operation ids whose records are lost, as far as what is left tells
 * @param durable the highest offset known to have been durable, −1 for none
 * @param records how many records were looked at and are whole
 * @param assumedEnd the last offset, which is taken for the end of the log as nothing tells that it did not go on; −1 where the
 *     end is known
 * @param unfinished the account of a repair that was cut off and that this one finishes, null for none; what it lost is among
 *     what this one loses, unless the records are there again
 */
public record RepairPlan(
        UUID installation,
        List<Found> segments,
        List<SegmentRepair> repairs,
        List<OffsetRange> lost,
        List<LostEntity> entities,
        List<String> operations,
        long durable,
        long records,
        long assumedEnd,
        @Nullable RepairJournal unfinished) {
    /** What is the matter with a segment. */
    public enum Verdict {
        /** Nothing. */
        WHOLE,
        /** It ends where a crash cut it off; opening goes on behind that. */
        TORN,
        /** Not looked at: outside of what was asked for. */
        SKIPPED,
        /** Its manifest is lost or damaged; opening makes it again. */
        UNSEALED,
        /** Some of its bytes are not what was written. */
        DAMAGED,
        /** The file is not there. */
        MISSING,
        /** The file is another than the one that belongs here. */
        ANOTHER,
        /** Nothing, but that it lies in the place of another. */
        MISPLACED,
        /** Nothing, but that the manifest behind it continues another: one of the two may be a copy from elsewhere. */
        UNCHAINED
    }

    /**
     * One segment.
     *
     * @param number its number
     * @param epoch the opening that wrote it
     * @param file where it belongs
     * @param liesAt where it was found: {@code file}, if it is not in the place of another
     * @param offsets what it holds or held, null for nothing
     * @param records how many of them are whole
     * @param verdict what is the matter
     * @param damages bytes that are not what was written
     * @param lost offsets of which no record can be saved
     */
    public record Found(
            int number,
            int epoch,
            Path file,
            Path liesAt,
            @Nullable OffsetRange offsets,
            long records,
            Verdict verdict,
            List<SegmentSalvage.Damage> damages,
            List<OffsetRange> lost) {
        public Found {
            damages = List.copyOf(damages);
            lost = List.copyOf(lost);
        }

        Found with(Verdict other) {
            return new Found(number, epoch, file, liesAt, offsets, records, other, damages, lost);
        }
    }

    /** What is done to a file of the log. */
    public sealed interface SegmentRepair {
        /** Number of the segment. */
        int number();

        /** The opening that wrote it. */
        int epoch();

        /** Where the segment goes, or what goes. */
        Path file();

        /** The file whose bytes it is about; {@link #file} unless those lie in the place of another. */
        Path source();

        /** Whether the bytes lie in the place of another. */
        default boolean isMisplaced() {
            return !source().equals(file());
        }
    }

    /**
     * A segment to write anew.
     *
     * @param number its number
     * @param epoch the opening that wrote it
     * @param file where it goes
     * @param firstOffset its first offset
     * @param salvage what is taken over, null for nothing
     * @param gone what gaps are to stand for: what is lost, and what earlier repairs gave up of a segment of which nothing is left
     */
    public record Rewrite(
            int number,
            int epoch,
            Path file,
            long firstOffset,
            @Nullable SegmentSalvage salvage,
            List<OffsetRange> gone)
            implements SegmentRepair {
        public Rewrite {
            gone = List.copyOf(gone);
        }

        @Override
        public Path source() {
            return salvage == null ? file : salvage.file();
        }
    }

    /**
     * A segment to put into its place as it is.
     *
     * @param number its number
     * @param epoch the opening that wrote it
     * @param file where it goes
     * @param source where it lies
     * @param sealed whether its manifest is there
     */
    public record Put(int number, int epoch, Path file, Path source, boolean sealed) implements SegmentRepair {}

    /**
     * A file to take away: its name is that of no segment, and its number one that another has.
     *
     * @param number the number that its name bears
     * @param epoch whose directory it is in
     * @param file what goes
     */
    public record SetAside(int number, int epoch, Path file) implements SegmentRepair {
        @Override
        public Path source() {
            return file;
        }
    }

    /**
     * A manifest to write anew, so that the one behind it continues it.
     *
     * @param number of its segment
     * @param epoch the opening that wrote it
     * @param file the segment, which stays as it is
     */
    public record Link(int number, int epoch, Path file) implements SegmentRepair {
        @Override
        public Path source() {
            return file;
        }
    }

    /**
     * An entity that lost records.
     *
     * @param kind wire id of its kind
     * @param topic the user's topic, null for a built-in kind
     * @param key its key
     * @param lastVersion the highest version that anything knows of
     * @param lastOffset where the record is that was lost and gave it that version; −1 if nothing knows
     */
    public record LostEntity(byte kind, @Nullable String topic, String key, long lastVersion, long lastOffset) {
        /** One of which nothing but later records tells. */
        LostEntity(byte kind, @Nullable String topic, String key, long lastVersion) {
            this(kind, topic, key, lastVersion, -1);
        }

        /** The entity of a record that is left, as the one before it left it: nothing says where that is. */
        static LostEntity before(FrameView frame) {
            ByteSlab topic = new ByteSlab(32);
            ByteSlab key = new ByteSlab(64);
            frame.copyAddress(topic, key);
            return new LostEntity(frame.kind(), topic.isEmpty() ? null : topic.utf8(), key.utf8(), frame.version() - 1);
        }

        /** Which entity it is. */
        public EntityId id() {
            return new EntityId(kind, topic, key);
        }

        LostEntity at(long offset) {
            return new LostEntity(kind, topic, key, lastVersion, offset);
        }
    }

    public RepairPlan {
        segments = List.copyOf(segments);
        repairs = List.copyOf(repairs);
        lost = List.copyOf(lost);
        entities = List.copyOf(entities);
        operations = List.copyOf(operations);
    }

    /** Whether there is anything to do. */
    public boolean isDue() {
        return !repairs.isEmpty() || !lost.isEmpty() || endUnknown() || unfinished != null;
    }

    /** Whether nothing tells that the log did not go on behind what was found. */
    public boolean endUnknown() {
        return assumedEnd >= 0;
    }

    /** Whether it does no more than a repair that was cut off: then that one's account is this one's. */
    boolean addsNothing() {
        return unfinished != null
                && repairs.isEmpty()
                && lost.equals(unfinished.lost())
                && assumedEnd == unfinished.assumedEnd();
    }

    /**
     * The same as the rest of a repair that was cut off: what it lost is among what this one loses, if it is not there again, and so
     * are its names.
     */
    RepairPlan finishing(RepairJournal begun) {
        boolean someIsBack = !OffsetRange.minus(begun.lost(), lost).isEmpty();
        Set<String> allOperations = new LinkedHashSet<>(someIsBack ? List.of() : begun.operations());
        allOperations.addAll(operations);
        List<LostEntity> stillLost = begun.entities().stream()
                .filter(entity -> !someIsBack || OffsetRange.contain(lost, entity.lastOffset()))
                .toList();
        return new RepairPlan(
                installation,
                segments,
                repairs,
                lost,
                LostNames.union(stillLost, entities),
                new ArrayList<>(allOperations),
                Math.max(durable, begun.durable()),
                records,
                begun.assumedEnd() >= 0 ? begun.assumedEnd() : assumedEnd,
                begun);
    }

    /** Segments of which records are lost, also those that a repair which has not ended wrote anew. */
    List<Found> losing() {
        return segments.stream()
                .filter(segment -> segment.offsets() != null
                        && !OffsetRange.intersection(lost, List.of(segment.offsets()))
                                .isEmpty())
                .toList();
    }

    /** The highest offset that the log holds or held, −1 for none. */
    public long lastOffset() {
        long last = durable;
        for (Found segment : segments) {
            OffsetRange offsets = segment.offsets();
            last = offsets == null ? last : Math.max(last, offsets.last());
        }
        return last;
    }

    /** So many of {@code what}, for people. */
    public static String counted(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    /** How many offsets are lost. */
    public long lostCount() {
        return lost.stream().mapToLong(OffsetRange::count).sum();
    }

    /** How many of the lost offsets were known to be durable. */
    public long lostDurableCount() {
        return lost.stream()
                .mapToLong(range -> Math.max(0, Math.min(range.last(), durable) - range.first() + 1))
                .sum();
    }

    /** Numbers of the segments that it is about, ascending. */
    private Set<Integer> numbers() {
        Set<Integer> numbers = new TreeSet<>();
        repairs.forEach(repair -> numbers.add(repair.number()));
        losing().forEach(segment -> numbers.add(segment.number()));
        if (unfinished != null) {
            numbers.addAll(unfinished.numbers());
        }
        return numbers;
    }

    /**
     * Whether a file that bears {@code name} in the quarantine may be there for the repair that this one goes on with: one of a
     * segment that it is about. No file is, if this one begins by itself.
     */
    public boolean isOriginal(String name) {
        Set<Integer> untouched = new TreeSet<>();
        losing().forEach(segment -> untouched.add(segment.number()));
        repairs.forEach(repair -> untouched.remove(repair.number()));
        boolean goesOn = unfinished != null || !untouched.isEmpty();
        return goesOn && numbers().stream().anyMatch(number -> name.startsWith(LogDirectory.name(number) + "."));
    }

    /** Names exactly this loss, so that accepting it accepts no other; stays the same while the repair is under way. */
    public String id() {
        CRC32C crc = new CRC32C();
        StringBuilder what = new StringBuilder(installation.toString());
        lost.forEach(range -> what.append(' ').append(range.first()).append('-').append(range.last()));
        numbers().forEach(number -> what.append(' ').append(number));
        if (endUnknown()) {
            what.append(" end ").append(assumedEnd);
        }
        crc.update(what.toString().getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
