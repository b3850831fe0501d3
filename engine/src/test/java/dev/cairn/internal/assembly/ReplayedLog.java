package dev.cairn.internal.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnOptions;
import dev.cairn.Progress;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.read.KnownLosses;
import dev.cairn.internal.read.LostChains;
import dev.cairn.internal.recovery.LaneSettings;
import dev.cairn.internal.recovery.Replayer;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.StateSource;
import dev.cairn.internal.state.StateStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A log as it is replayed into a state of its own, with a look at what the kinds are told. */
final class ReplayedLog {
    private final ReadOnlyLog files;
    private final OpenLog log;
    private final Replayer replayer;
    private final List<String> installed = new ArrayList<>();
    private final List<Thread> indexers = new ArrayList<>();

    /** The offset from which on no task can be evolved; −1 for none. */
    volatile long failEvolveAt = -1;

    /** The number of the call of {@code installed} that fails, from 1; 0 for none. */
    int failInstalledAt;

    /** The number of the call of {@code installed} that interrupts its thread; 0 for none. */
    int interruptAt;

    long damages;

    /** What fails on purpose. */
    static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Planned(String where) {
            super(where);
        }
    }

    ReplayedLog(Path directory, CairnOptions options, LaneSettings settings) throws IOException {
        files = ReadOnlyLog.open(directory);
        long through = files.through();
        Registry registry = new Registry(options);
        long seed = StateStore.seedOf(files.identity().installation());
        StateStore store = new StateStore(seed, Entity.HEADER_BYTES + options.inlineBytesMax());
        log = new OpenLog(
                files.directory(),
                files.identity(),
                options,
                registry,
                files.catalog(),
                store,
                new OperationMemory(seed, options.operationsMin()),
                () -> through,
                new LostChains(files.catalog(), () -> through, List.of()),
                new KnownLosses());
        Kinds kinds = new Kinds(registry.kinds.all().stream().map(this::watched).toList(), registry.kinds.fences());
        replayer = new Replayer(kinds, log.currentState(), log.operationsForCommit(), log::sharedState, settings);
    }

    static List<Segment> segments(Path directory) throws IOException {
        return ReadOnlyLog.open(directory).catalog().segments();
    }

    private Kind watched(Kind kind) {
        return (Kind) Proxy.newProxyInstance(
                Kind.class.getClassLoader(), new Class<?>[] {Kind.class}, (proxy, method, args) -> {
                    if (method.getName().equals("evolve") && isToFail((Event) args[1])) {
                        throw new Planned("evolve");
                    }
                    if (method.getName().equals("installed")) {
                        told((Event) args[0], (Entity) args[1]);
                    }
                    return call(kind, method, args);
                });
    }

    private boolean isToFail(Event event) {
        return failEvolveAt >= 0 && event.offset >= failEvolveAt && event.kind == KindIds.TASK;
    }

    private static Object call(Kind kind, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(kind, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void told(Event event, Entity after) {
        indexers.add(Thread.currentThread());
        installed.add(event.kind + " " + event.offset + " " + event.key.utf8() + " "
                + hex(after.value().toByteArray()));
        if (installed.size() == interruptAt) {
            Thread.currentThread().interrupt();
        }
        if (installed.size() == failInstalledAt) {
            throw new Planned("installed");
        }
    }

    void replay() {
        replay(0, files.through());
    }

    /** Replays in pieces of up to {@code recordsMax} offsets, so that each begins with the state of those before it. */
    void replayInParts(Random random, int recordsMax) {
        long from = 0;
        while (from <= files.through()) {
            long through = Math.min(files.through(), from + random.nextInt(recordsMax));
            replay(from, through);
            from = through + 1;
        }
    }

    private void replay(long from, long through) {
        long before = replayer.applied();
        assertThat(replayer.replay(files.cursor(), from, through, Progress.NONE))
                .isEqualTo(replayer.applied() - before);
        damages = replayer.damages();
    }

    void assertEqualTo(ReplayedLog expected, String what) {
        assertThat(replayer.applied()).as(what).isEqualTo(expected.replayer.applied());
        assertThat(replayer.damages()).as(what).isEqualTo(expected.replayer.damages());
        assertThat(replayer.lastAt()).as(what).isEqualTo(expected.replayer.lastAt());
        assertThat(log.store().size())
                .as(what)
                .isEqualTo(expected.log.store().size())
                .isPositive();
        assertThat(entries(log.store())).as(what).isEqualTo(entries(expected.log.store()));
        assertThat(entries(log.operations())).as(what).isEqualTo(entries(expected.log.operations()));
        assertThat(log.operations().size()).as(what).isPositive();
        assertThat(log.operations().rememberedFrom())
                .as(what)
                .isEqualTo(expected.log.operations().rememberedFrom());
        assertThat(installed).as(what).isEqualTo(expected.installed).isNotEmpty();
        assertThat(indexers).as(what).containsOnly(Thread.currentThread());
        assertThat(loaded()).as(what).isEqualTo(expected.loaded());
    }

    /** Loads every entity: those kept by reference as well. */
    private List<String> loaded() {
        EntityReader reader = log.newReader();
        Entity entity = new Entity();
        List<String> loaded = new ArrayList<>();
        log.store().forEach((key, value) -> {
            Kind kind = log.registry().kinds.byId((byte) key.byteAt(0));
            try {
                reader.load(kind, key, entity);
                loaded.add(hex(key.toByteArray()) + " " + hex(entity.value().toByteArray()));
            } catch (RuntimeException e) {
                loaded.add(hex(key.toByteArray()) + " " + e.getClass());
            }
        });
        loaded.sort(null);
        return loaded;
    }

    private static Map<String, String> entries(StateSource source) {
        Map<String, String> entries = new TreeMap<>();
        source.forEach((key, value) -> assertThat(entries.put(hex(key.toByteArray()), hex(value.toByteArray())))
                .isNull());
        return entries;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    void close() {
        log.store().close();
        log.operations().close();
    }
}
