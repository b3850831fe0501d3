package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DataDirectoryException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.OutOfSpaceException;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.Receipt;
import dev.cairn.StateRoot;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.log.Subscription;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskWrites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One directory, one fault, and a ledger outside: 200 writes with rolls, a close and an opening in between, all of it while
 * the fault is in force; then an opening without it that must find what the ledger says.
 *
 * <p>Threading: one thread.
 */
final class FaultRun {
    private static final int SESSIONS = 2;
    private static final int WRITES_PER_SESSION = 100;
    private static final int RECORDS_PER_SEGMENT = 40;

    static final CairnOptions OPTIONS = options().build();

    private final Path directory;
    private final DiskFaults faults;
    private final boolean sticky;
    /** What must be there, by task: offset of the record. */
    private final Map<String, Long> acknowledged = new HashMap<>();
    /** What must not be there. */
    private final Set<String> refused = new HashSet<>();
    /** Whether the fault has struck before this opening. */
    private boolean struckBefore;

    FaultRun(Path directory, DiskFaults faults, boolean sticky) {
        this.directory = directory;
        this.faults = faults;
        this.sticky = sticky;
    }

    static CairnOptions.Builder options() {
        return TestDirectories.smallSegments()
                .segmentRecordsMax(RECORDS_PER_SEGMENT)
                .scrub(false)
                .projection(false);
    }

    /** Runs the workload, with the fault. */
    void work() {
        for (int session = 0; session < SESSIONS; session++) {
            Cairn cairn = open();
            if (cairn == null) {
                return;
            }
            struckBefore = faults.hasStruck();
            List<LogRecord> tailed = new CopyOnWriteArrayList<>();
            try (cairn;
                    Subscription tail = cairn.log().subscribe(From.beginning(), tailed::add)) {
                for (int i = 0; i < WRITES_PER_SESSION; i++) {
                    if (!write(cairn, session * WRITES_PER_SESSION + i)) {
                        requireStopped(cairn);
                        break;
                    }
                }
                tryReads(cairn, tail, tailed);
            }
        }
    }

    /** An opening that failed can be repeated; it works as soon as the disk does. */
    private @Nullable Cairn open() {
        for (int attempt = 0; ; attempt++) {
            try {
                return Cairn.open(directory, OPTIONS);
            } catch (DataDirectoryException | OutOfSpaceException | NotReadyException e) {
                assertThat(faults.hasStruck()).as("an opening refused: %s", e).isTrue();
                if (attempt > 0) {
                    assertThat(sticky).as("a second opening refused: %s", e).isTrue();
                    return null;
                }
            }
        }
    }

    /** Returns false when the engine has stopped. */
    private boolean write(Cairn cairn, int i) {
        String id = "t" + i;
        boolean logForceFailed = !struckBefore
                && faults.struck().startsWith("FORCE of log")
                && faults.struck().endsWith(".cq4");
        try {
            for (Receipt receipt : write(cairn, i, id)) {
                assertThat(logForceFailed && receipt.ack() == Ack.DURABLE)
                        .as("acknowledged after the %s had failed: %s", faults.struck(), receipt)
                        .isFalse();
                acknowledged.put(acknowledged.containsKey(id) ? id + "-b" : id, receipt.offset());
            }
            return true;
        } catch (OutOfSpaceException e) {
            refused.add(id);
            return true;
        } catch (NotReadyException e) {
            if (!e.failed()) {
                refused.add(id);
            }
            return !e.failed();
        } catch (OutcomeUnknownException e) {
            return false;
        }
    }

    private static List<Receipt> write(Cairn cairn, int i, String id) {
        NewTask task = NewTask.of(id).metadata("{\"n\":" + i + "}");
        if (i % 10 == 1) {
            return cairn.batch()
                    .add(TaskWrites.create(task))
                    .add(TaskWrites.create(NewTask.of(id + "-b")))
                    .commitAtomic(Ack.DURABLE);
        }
        if (i % 10 == 2) {
            return List.of(get(cairn, task));
        }
        Ack ack = i % 3 == 0 ? Ack.DURABLE : Ack.ACCEPTED;
        return List.of(cairn.tasks().create(task, WriteOptions.defaults().withAck(ack)));
    }

    private static Receipt get(Cairn cairn, NewTask task) {
        try {
            return cairn.tasks().createAsync(task, WriteOptions.defaults()).get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CairnException typed) {
                throw typed;
            }
            throw new AssertionError("expected a typed failure, was " + e.getCause(), e);
        } catch (Exception e) {
            throw new AssertionError("expected an answer in time, was " + e, e);
        }
    }

    private void requireStopped(Cairn cairn) {
        assertThat(cairn.health().ready()).isFalse();
        assertThat(cairn.health().reasons()).singleElement().asString().contains("failed");
        for (int i = 0; i < 3; i++) {
            String id = "after-" + i;
            refused.add(id);
            Ack ack = i == 0 ? Ack.DURABLE : Ack.ACCEPTED;
            Throwable refusal = catchAny(() ->
                    cairn.tasks().create(NewTask.of(id), WriteOptions.defaults().withAck(ack)));
            assertThat(refusal).isInstanceOf(NotReadyException.class).hasMessageContaining("stopped");
        }
    }

    /** A disk that opens no file can show nothing that is not open yet: then a typed refusal is all that is asked for. */
    private void tryReads(Cairn cairn, Subscription tail, List<LogRecord> tailed) {
        try {
            requireReads(cairn, tail, tailed);
        } catch (NotReadyException e) {
            assertThat(faults.struck()).as("reads refused: %s", e).startsWith("OPEN");
        }
    }

    /** With a failed disk or without: what was acknowledged can be read, and the tail goes on to its durable end. */
    private void requireReads(Cairn cairn, Subscription tail, List<LogRecord> tailed) {
        acknowledged.forEach((id, offset) ->
                assertThat(cairn.tasks().get(id)).as("task %s", id).isPresent());
        long durable = cairn.watermarks().durableOffset();
        soon().atMost(Duration.ofSeconds(10)).until(() -> tail.failure() != null || tail.position() > durable);
        if (tail.failure() instanceof NotReadyException refused) {
            throw refused;
        }
        assertThat(tail.failure()).isNull();
        assertThat(read(cairn, durable))
                .isEqualTo(tailed.stream()
                        .map(LogRecord::offset)
                        .filter(offset -> offset <= durable)
                        .toList());
    }

    /** The offsets of all records up to {@code through}, across the ranges that a recovery left unused. */
    private static List<Long> read(Cairn cairn, long through) {
        List<Long> offsets = new ArrayList<>();
        for (long next = 0; next <= through; ) {
            try {
                LogPage page = cairn.log().read(next, through + 1, LogFilter.all(), 1_000);
                page.records().forEach(record -> offsets.add(record.offset()));
                next = page.next();
            } catch (GoneException e) {
                // An opening that wrote nothing may have left the first offsets unused: then the log begins behind
                // them.
                next = Objects.requireNonNull(e.resumeFrom() == null ? e.startOffset() : e.resumeFrom());
            }
        }
        return offsets;
    }

    private static @Nullable Throwable catchAny(Runnable work) {
        try {
            work.run();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Opens without the fault and compares with the ledger; there is no manual step. */
    void verify() {
        requireNothingLeft();
        StateRoot live;
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            acknowledged.forEach((id, offset) -> assertThat(cairn.tasks().get(id))
                    .as("task %s of offset %d", id, offset)
                    .hasValueSatisfying(task -> assertThat(task.revision()).isEqualTo(offset)));
            refused.forEach(
                    id -> assertThat(cairn.tasks().get(id)).as("refused %s", id).isEmpty());
            cairn.tasks().create(NewTask.of("last"), WriteOptions.defaults().withAck(Ack.DURABLE));
            live = cairn.stateRoot();
            assertThat(cairn.health().warnings()).noneMatch(warning -> warning.contains("sealed"));
        }
        try (Cairn cairn = Cairn.open(directory, options().useCheckpoint(false).build())) {
            assertThat(cairn.stateRoot()).isEqualTo(live);
        }
        requireNothingLeft();
    }

    /** Neither a thread of the engine nor an open file of the directory is left. */
    private void requireNothingLeft() {
        soon().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(left()).isEmpty());
    }

    /** Looks again every other millisecond: a build makes hundreds of these runs. */
    private static ConditionFactory soon() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    private List<String> left() throws IOException {
        List<String> left = new ArrayList<>();
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("cairn-"))
                .forEach(left::add);
        Path open = Path.of("/proc/self/fd");
        if (Files.isDirectory(open)) {
            try (Stream<Path> files = Files.list(open)) {
                files.map(FaultRun::target)
                        .filter(target -> target.startsWith(directory.toString()))
                        .forEach(left::add);
            }
        }
        return left;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** Removes the directory, so that many runs fit on a disk. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
