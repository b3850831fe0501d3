package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.state.StateStore;
import dev.cairn.task.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The hot path and its parts under JMH, for its profilers ({@code -prof gc}, {@code -prof perfasm}).
 *
 * <p>Threading: one thread for each instance.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MicroBenchmarks {
    private static final int TASKS = 100_000;
    private static final long SEED = 20_260_101;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final String[] ids = Samples.ids(TASKS);
    private final int[] versions = new int[TASKS];
    private final Path directory;
    private final Cairn cairn;

    private final StateStore store = new StateStore(SEED, 4_096);
    private final ByteSlab key = new ByteSlab();
    private final ByteSlab value = new ByteSlab();

    private final Frame frame = new Frame();
    private final Event event = new Event();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4_096).order(ByteOrder.LITTLE_ENDIAN);

    /** Opens an engine with its tasks, and fills a store with as many entries of the same size. */
    public MicroBenchmarks() {
        try {
            directory = Files.createTempDirectory("cairn-micro");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        cairn = Samples.open(directory, Samples.withoutProjection());
        Samples.create(cairn, ids, SEED);
        Arrays.fill(versions, 1);
        value.length(285);
        for (String id : ids) {
            key.clear();
            key.putUtf8(id);
            store.put(key, value);
        }
        event.clear();
        event.key.putUtf8(ids[0]);
        event.payload.putBytes(value, 0, 11);
    }

    /** The whole path: decide, encode, append, evolve, install. */
    @Benchmark
    public void transition() {
        int task = random.nextInt(TASKS);
        Samples.transition(cairn, ids[task], versions[task]++);
    }

    /** A current task, as an object. */
    @Benchmark
    public Optional<Task> get() {
        return cairn.tasks().get(ids[random.nextInt(TASKS)]);
    }

    /** What the state store adds to a transition. */
    @Benchmark
    public boolean storeGetAndPut() {
        key.clear();
        key.putUtf8(ids[random.nextInt(TASKS)]);
        boolean found = store.get(key, value);
        store.put(key, value);
        return found;
    }

    /** What the frame of a transition adds, its checksum included. */
    @Benchmark
    public int encodeFrame() {
        event.offset++;
        return frame.encode(event, buffer, 0);
    }

    @TearDown
    public void close() throws IOException {
        cairn.close();
        store.close();
        Machine.delete(directory);
    }
}
