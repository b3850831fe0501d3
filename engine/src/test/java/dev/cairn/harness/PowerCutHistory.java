package dev.cairn.harness;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.TestDirectories;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of an engine up to the moment at which the power goes: the files as the last force left them, the files as the
 * page cache has them some accepted writes later, and the whole log to compare with.
 *
 * <p>Threading: one thread.
 */
public final class PowerCutHistory implements AutoCloseable {
    /** Records that may be accepted and not durable: what a new epoch leaves free. */
    public static final int UNFORCED_RECORDS_MAX = 1_000;

    private static final int PADDING_BYTES = 16;
    private static final int RECORDS_FORCED_MAX = 120;
    private static final int RECORDS_ACCEPTED_MAX = 120;

    private final Map<String, Content> forced;
    private final Map<String, Content> current;
    private final long durable;
    private final long accepted;
    private final Cairn whole;

    /**
     * A file at one moment.
     *
     * @param bytes up to the last that is not zero, and a little more: a document may end in zeros
     * @param length of the file
     */
    public record Content(byte[] bytes, long length) {
        /** Writes the file, leaving the zeros behind {@link #bytes} as a hole. */
        public void write(Path file) throws IOException {
            Files.createDirectories(file.getParent());
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.setLength(length);
                out.write(bytes);
            }
        }
    }

    private PowerCutHistory(
            Map<String, Content> forced, Map<String, Content> current, long durable, long accepted, Cairn whole) {
        this.forced = forced;
        this.current = current;
        this.durable = durable;
        this.accepted = accepted;
        this.whole = whole;
    }

    /** Options that roll often, and force only when asked to. */
    public static CairnOptions options(Random random) {
        return TestDirectories.smallSegments()
                .segmentRecordsMax(random.nextBoolean() ? 20 + random.nextInt(80) : Long.MAX_VALUE)
                .forceIntervalMillis(60_000)
                .unforcedRecordsMax(UNFORCED_RECORDS_MAX)
                .imageInterval(4)
                .inlineBytesMax(256)
                .projection(false)
                .build();
    }

    /**
     * Runs an engine below {@code directory}; again, if the force thread was so late that it forced once more, or if a file got its
     * name just when it was to be copied.
     */
    public static PowerCutHistory make(Path directory, Random random) throws IOException {
        int runs = 0;
        PowerCutHistory history = null;
        while (history == null) {
            history = run(directory.resolve("run-" + runs++), random);
        }
        return history;
    }

    private static @Nullable PowerCutHistory run(Path directory, Random random) throws IOException {
        CairnOptions options = options(random);
        SampleWrites writes = new SampleWrites(random);
        if (random.nextBoolean()) {
            try (Cairn earlier = Cairn.open(directory, options)) {
                writes.write(earlier, 1 + random.nextInt(RECORDS_FORCED_MAX));
            }
        }
        Map<String, Content> forced;
        Map<String, Content> current;
        long durable;
        long accepted;
        try (Cairn cairn = Cairn.open(directory, options)) {
            writes.write(cairn, 1 + random.nextInt(RECORDS_FORCED_MAX));
            cairn.sync();
            durable = cairn.watermarks().durableOffset();
            SampleDirectories.awaitRest(directory);
            forced = snapshot(directory);
            writes.write(cairn, 1 + random.nextInt(RECORDS_ACCEPTED_MAX));
            accepted = cairn.watermarks().endOffset() - 1;
            if (cairn.watermarks().durableOffset() != durable) {
                return null;
            }
            current = snapshot(directory);
        } catch (NoSuchFileException e) {
            return null;
        }
        CairnOptions reading =
                CairnOptions.builder().readOnly(true).projection(false).build();
        return new PowerCutHistory(forced, current, durable, accepted, Cairn.open(directory, reading));
    }

    private static Map<String, Content> snapshot(Path directory) throws IOException {
        Map<String, Content> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("LOCK")) {
                    contents.put(directory.relativize(file).toString(), read(file));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return contents;
    }

    private static Content read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (all.hasRemaining() && channel.read(all) >= 0) {
                continue;
            }
            int used = all.capacity();
            while (used > 0 && all.get(used - 1) == 0) {
                used--;
            }
            return new Content(
                    Arrays.copyOf(all.array(), Math.min(used + PADDING_BYTES, all.capacity())), all.capacity());
        }
    }

    /** The files, by their names relative to the directory, as the last force left them. */
    public Map<String, Content> forced() {
        return forced;
    }

    /** The files as other processes saw them when the power went. */
    public Map<String, Content> current() {
        return current;
    }

    /** The last offset that was acknowledged as durable. */
    public long durable() {
        return durable;
    }

    /** The last offset that was accepted. */
    public long accepted() {
        return accepted;
    }

    /** The whole log, open for reading. */
    public Cairn whole() {
        return whole;
    }

    @Override
    public void close() {
        whole.close();
    }
}
