package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.recovery.RepairPlan.SegmentRepair;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The account of a repair between its beginning and its record in the log: written before the first file is changed, renamed
 * when all files are in place, deleted when the log has it. A repair that was cut off is planned anew, and its account goes on.
 *
 * <pre>
 *  +-------------+----------------+-----------------------+------------------+------------------+----------------------+
 *  | durable i64 | id: u16 + n    | lost: i32 + n × 2 i64 | files: i32 + n×t | entities, ops …  | moves: i32 + n × 2 t |
 *  +-------------+----------------+-----------------------+------------------+------------------+----------------------+
 * </pre>
 *
 * This is the content of the envelope; format 1 has no moves, format 3 has behind them the assumed end
 * (i64), and for each entity the last offset known (i64). Texts are u16 + UTF-8; an entity is its kind (u8), topic (empty for
 * none), key, and last version known (i64).
 *
 * <p>Threading: immutable.
 *
 * @param id of the plan
 * @param durable the highest offset known to have been durable
 * @param lost ranges of offsets that were lost
 * @param files segments that were written anew or put into their places, relative to the data directory
 * @param entities that lost records
 * @param operations that lost their records
 * @param moves segments among {@code files} that lay in the places of others
 * @param assumedEnd the offset that was taken for the end of the log, as nothing told of it; −1 where it was known
 */
public record RepairJournal(
        String id,
        long durable,
        List<OffsetRange> lost,
        List<String> files,
        List<LostEntity> entities,
        List<String> operations,
        List<Move> moves,
        long assumedEnd) {
    private static final String KIND = "RCVY";
    private static final int V1 = 1;
    private static final int V2 = 2;
    private static final int V3 = 3;
    private static final String BEGUN = "repair.begun";
    private static final String DONE = "repair.done";

    /**
     * A segment that lay in the place of another.
     *
     * @param file where it belongs, relative to the data directory
     * @param from where it lay
     */
    public record Move(String file, String from) {}

    public RepairJournal {
        lost = List.copyOf(lost);
        files = List.copyOf(files);
        entities = List.copyOf(entities);
        operations = List.copyOf(operations);
        moves = List.copyOf(moves);
    }

    static RepairJournal of(RepairPlan plan, LogDirectory directory) {
        RepairJournal unfinished = plan.unfinished();
        if (unfinished != null && plan.addsNothing()) {
            return unfinished; // its records may be in the log in part, as steps of the operation that it names
        }
        Set<String> files = new LinkedHashSet<>(unfinished == null ? List.of() : unfinished.files());
        Map<String, Move> moves = new LinkedHashMap<>();
        if (unfinished != null) {
            unfinished.moves().forEach(move -> moves.put(move.file(), move));
        }
        for (SegmentRepair repair : plan.repairs()) {
            String file = relative(directory, repair.file());
            files.add(file);
            if (repair.isMisplaced()) { // where it lay at first: by now it may be in the quarantine alone
                moves.putIfAbsent(file, new Move(file, relative(directory, repair.source())));
            }
        }
        plan.losing().forEach(segment -> files.add(relative(directory, segment.file())));
        return new RepairJournal(
                plan.id(),
                plan.durable(),
                plan.lost(),
                List.copyOf(files),
                plan.entities(),
                plan.operations(),
                List.copyOf(moves.values()),
                plan.assumedEnd());
    }

    private static String relative(LogDirectory directory, Path file) {
        return directory
                .root()
                .toAbsolutePath()
                .relativize(file.toAbsolutePath())
                .toString();
    }

    /** Numbers of the segments that were written anew or put into their places. */
    Set<Integer> numbers() {
        Set<Integer> numbers = new LinkedHashSet<>();
        files.forEach(file -> numbers.add(number(file)));
        return numbers;
    }

    /** For each segment that was to be put into its place, by its number, the name that it had: the quarantine may have it still. */
    public Map<Integer, String> kept() {
        Map<Integer, String> kept = new HashMap<>();
        moves.forEach(move -> kept.put(number(move.file()), name(move.from())));
        return kept;
    }

    private static int number(String file) {
        String name = name(file);
        return Integer.parseInt(name.substring(0, name.indexOf('.')));
    }

    private static String name(String file) {
        return String.valueOf(Path.of(file).getFileName());
    }

    /** Writes the account of a repair that begins. */
    void begin(LogDirectory directory, UUID installation) throws IOException {
        new FileEnvelope(KIND, format(), installation, encode())
                .write(directory.root().resolve(BEGUN));
    }

    private int format() {
        boolean isThird = assumedEnd >= 0 || entities.stream().anyMatch(entity -> entity.lastOffset() >= 0);
        return isThird ? V3 : moves.isEmpty() ? V1 : V2;
    }

    /** Where the account of a repair lies that is under way, or was cut off. */
    public static Path begunFile(LogDirectory directory) {
        return directory.root().resolve(BEGUN);
    }

    /** Where the account of a repair lies that the log does not have yet. */
    public static Path doneFile(LogDirectory directory) {
        return directory.root().resolve(DONE);
    }

    /** Says that all files are in place. */
    static void done(LogDirectory directory) throws IOException {
        Disk.move(
                directory.root().resolve(BEGUN),
                directory.root().resolve(DONE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Disk.forceDirectory(directory.root());
    }

    /** The account of a repair whose files are in place and which the log does not know of yet, or null. */
    public static @Nullable RepairJournal pending(LogDirectory directory, UUID installation) throws IOException {
        return read(directory.root().resolve(DONE), installation);
    }

    /** The account of a repair that was cut off, be it before or after its files were in place; null for none. */
    public static @Nullable RepairJournal unfinished(LogDirectory directory, UUID installation) throws IOException {
        RepairJournal begun = read(directory.root().resolve(BEGUN), installation);
        return begun != null ? begun : pending(directory, installation);
    }

    /** Refuses to go on where an account lies that cannot be read: it may tell of more than the log does. */
    public static void requireReadable(LogDirectory directory, UUID installation) throws IOException {
        read(begunFile(directory), installation);
        read(doneFile(directory), installation);
    }

    /** Whether a repair was begun and cut off. */
    public static boolean isCutOff(LogDirectory directory) {
        return Files.exists(directory.root().resolve(BEGUN));
    }

    /** Forgets the account, which the log has now. */
    public static void forget(LogDirectory directory) throws IOException {
        if (Disk.deleteIfExists(directory.root().resolve(DONE))) {
            Disk.forceDirectory(directory.root());
        }
    }

    /** What is wrong with an account that lies in {@code file}, null when it can be read. */
    public static @Nullable String problem(Path file) throws IOException {
        try {
            FileEnvelope.read(file, KIND, V3);
            return null;
        } catch (FileEnvelope.BadFileException e) {
            return String.valueOf(e.getMessage()).replace(file + ": ", "");
        }
    }

    private static @Nullable RepairJournal read(Path file, UUID installation) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        FileEnvelope envelope;
        try {
            envelope = FileEnvelope.read(file, KIND, V3);
        } catch (FileEnvelope.BadFileException e) {
            throw e.advising(
                    "move the file away to go on without this account; segments that were replaced are in quarantine/");
        }
        return envelope.installation().equals(installation) ? decode(envelope.content(), envelope.format()) : null;
    }

    private byte[] encode() {
        ByteSlab slab = new ByteSlab(1024);
        slab.putLong(durable);
        slab.putText(id);
        slab.putInt(lost.size());
        lost.forEach(range -> {
            slab.putLong(range.first());
            slab.putLong(range.last());
        });
        slab.putInt(files.size());
        files.forEach(slab::putText);
        slab.putInt(entities.size());
        entities.forEach(entity -> {
            String topic = entity.topic();
            slab.putByte(entity.kind());
            slab.putText(topic == null ? "" : topic);
            slab.putText(entity.key());
            slab.putLong(entity.lastVersion());
        });
        slab.putInt(operations.size());
        operations.forEach(slab::putText);
        if (format() > V1) {
            slab.putInt(moves.size());
            moves.forEach(move -> {
                slab.putText(move.file());
                slab.putText(move.from());
            });
        }
        if (format() == V3) {
            slab.putLong(assumedEnd);
            entities.forEach(entity -> slab.putLong(entity.lastOffset()));
        }
        return slab.toByteArray();
    }

    private static RepairJournal decode(byte[] content, int format) {
        SlabCursor from = new SlabCursor(ByteSlab.copyOf(content), 0);
        long durable = from.takeLong();
        String id = from.takeText();
        List<OffsetRange> lost = new ArrayList<>();
        for (int left = from.takeInt(); left > 0; left--) {
            long first = from.takeLong();
            lost.add(new OffsetRange(first, from.takeLong()));
        }
        List<String> files = new ArrayList<>();
        for (int left = from.takeInt(); left > 0; left--) {
            files.add(from.takeText());
        }
        List<LostEntity> entities = new ArrayList<>();
        for (int left = from.takeInt(); left > 0; left--) {
            byte kind = (byte) from.takeByte();
            String topic = from.takeText();
            String key = from.takeText();
            entities.add(new LostEntity(kind, topic.isEmpty() ? null : topic, key, from.takeLong()));
        }
        List<String> operations = new ArrayList<>();
        for (int left = from.takeInt(); left > 0; left--) {
            operations.add(from.takeText());
        }
        List<Move> moves = new ArrayList<>();
        for (int left = format < V2 ? 0 : from.takeInt(); left > 0; left--) {
            String file = from.takeText();
            moves.add(new Move(file, from.takeText()));
        }
        long assumedEnd = -1;
        if (format == V3) {
            assumedEnd = from.takeLong();
            entities.replaceAll(entity -> entity.at(from.takeLong()));
        }
        return new RepairJournal(id, durable, lost, files, entities, operations, moves, assumedEnd);
    }
}
