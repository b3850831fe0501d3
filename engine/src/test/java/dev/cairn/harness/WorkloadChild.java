package dev.cairn.harness;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.lease.Lease;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.run.SnapshotInfo;
import dev.cairn.run.SnapshotPage;
import dev.cairn.task.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The program that is killed: opens a directory, tells all that is in it, then lets clients write and tells what became of each
 * write. It judges nothing.
 *
 * <p>Its first line of input says how to open, as {@code name=value} words; after it has told {@link Told.Place#CHECKED} come
 * {@code work}, {@code rebuild} and {@code close}. It ends when its input does, so it never outlives its parent for long.
 *
 * <p>Threading: the main thread takes commands; one thread for each client; one watches for rolls.
 */
public final class WorkloadChild {
    private static final int PAGE_RECORDS = 1_000;
    private static final String PROJECTED_KIND = "task";
    private static final Duration PROJECTION_WAIT = Duration.ofSeconds(60);

    private final Wire wire;
    private final Orders orders;
    private final Workload workload;
    private final List<Thread> clients = new ArrayList<>();
    private Cairn cairn;

    private WorkloadChild(Wire wire, Orders orders) {
        this.wire = wire;
        this.orders = orders;
        this.workload = new Workload(
                orders.number("seed"),
                (int) orders.number("clients"),
                (int) orders.number("largeBytesMax"),
                (int) orders.number("durableEvery"),
                orders.number("allKinds") != 0);
        wire.at(Told.Place.OPENING);
        this.cairn = open(orders.number("checkpoint") != 0);
        wire.at(Told.Place.OPENED);
    }

    public static void main(String[] arguments) throws IOException {
        Wire wire = Wire.ofStandardOutput();
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            wire.at(Told.Place.STARTED);
            String line = commands.readLine();
            if (line != null) {
                new WorkloadChild(wire, new Orders(line)).run(commands);
            }
            Runtime.getRuntime().halt(0);
        } catch (Throwable t) {
            StringWriter trace = new StringWriter();
            t.printStackTrace(new PrintWriter(trace));
            wire.tell(new Told.Failed(trace.toString()));
            Runtime.getRuntime().halt(1);
        }
    }

    private Cairn open(boolean useCheckpoint) {
        return Cairn.open(
                Path.of(orders.word("directory")),
                CairnOptions.builder()
                        .segmentBytesMax((int) orders.number("segmentBytesMax"))
                        .forceIntervalMillis((int) orders.number("forceIntervalMillis"))
                        .unforcedRecordsMax((int) orders.number("unforcedRecordsMax"))
                        .useCheckpoint(useCheckpoint)
                        .build());
    }

    private void run(BufferedReader commands) throws IOException, InterruptedException {
        long last = tellLog();
        tellTasks();
        if (workload.allKinds()) {
            tellOthers();
        }
        tellRoots(last);
        wire.at(Told.Place.CHECKED);
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            switch (line.substring(0, 4)) {
                case "work" -> work(new Orders(line));
                case "rebu" -> {
                    wire.at(Told.Place.REBUILDING);
                    cairn.rebuildProjection(dev.cairn.Progress.NONE);
                }
                case "clos" -> {
                    wire.at(Told.Place.CLOSING);
                    cairn.close();
                    for (Thread client : clients) {
                        client.join();
                    }
                    wire.at(Told.Place.CLOSED); // and stays, to be stopped or killed even now
                }
                default -> throw new IOException("expected a command, was " + line);
            }
        }
    }

    private long tellLog() {
        long next = cairn.watermarks().startOffset();
        long last = -1;
        while (next <= cairn.watermarks().durableOffset()) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), PAGE_RECORDS);
                if (page.records().isEmpty() && page.next() == next) {
                    throw new IllegalStateException("expected records from " + next + " on, was nothing");
                }
                for (LogRecord record : page.records()) {
                    tell(record);
                    last = record.offset();
                }
                next = page.next();
            } catch (GoneException e) {
                long resume = java.util.Objects.requireNonNull(e.resumeFrom());
                wire.tell(new Told.Gap(next, resume));
                next = resume;
            }
        }
        wire.flush();
        return last;
    }

    private void tell(LogRecord record) {
        wire.tell(new Told.Seen(
                record.offset(),
                record.epoch(),
                record.version(),
                record.prev(),
                record.topic().equals(Workload.SNAPSHOTS) ? -1 : Workload.numberOf(record.actor()),
                record.topic(),
                record.key(),
                record.type(),
                Told.digest(record.payload())));
    }

    private void tellTasks() {
        for (String key : workload.keys()) {
            Optional<Task> found = cairn.tasks().get(key);
            wire.tell(found.map(task -> new Told.TaskIs(
                            key, task.status(), task.version(), task.revision(), Told.digest(task.metadata())))
                    .orElse(new Told.TaskIs(key, "", 0, 0, 0)));
        }
    }

    private void tellOthers() {
        for (String key : workload.keys()) {
            cairn.sessions()
                    .get(key)
                    .ifPresent(session ->
                            wire.tell(new Told.Found("session", key, session.messages(), session.revision())));
            Lease lease = cairn.leases().get(key).orElse(null);
            if (lease != null && lease.token() != null) {
                wire.tell(new Told.Found("lease", key, lease.token(), Workload.numberOf(lease.holder())));
            }
            if (cairn.runs().get(key).isPresent()) {
                tellSnapshots(key);
            }
        }
    }

    private void tellSnapshots(String run) {
        long next = Long.MAX_VALUE;
        do {
            SnapshotPage page = cairn.runs().list(run, next, PAGE_RECORDS);
            for (SnapshotInfo snapshot : page.snapshots()) {
                String state =
                        cairn.runs().load(run, snapshot.id()).orElseThrow().state();
                String name = run + "/" + snapshot.id();
                wire.tell(new Told.Found("run", name, Told.digest(state), snapshot.offset()));
            }
            next = page.next();
        } while (next >= 0);
    }

    private void tellRoots(long last) {
        String live = root(cairn);
        if (orders.number("reopen") != 0) {
            cairn.close();
            cairn = open(false);
        }
        String projected = cairn.projectionRoot(last, PROJECTION_WAIT).kinds().getOrDefault(PROJECTED_KIND, "");
        wire.tell(new Told.Roots(live, root(cairn), projected));
    }

    private static String root(Cairn cairn) {
        return new TreeMap<>(cairn.stateRoot().kinds()).toString();
    }

    private void work(Orders from) {
        boolean lie = orders.number("lie") != 0;
        for (int i = 0; i < workload.clients(); i++) {
            String[] begin = from.word("c" + i).split(":");
            WorkloadClient client = new WorkloadClient(workload, i, new EmbeddedDoor(cairn, wire, lie), wire);
            Thread thread = new Thread(
                    () -> write(client, Long.parseLong(begin[0]), Long.parseUnsignedLong(begin[1], 16)), "client-" + i);
            clients.add(thread);
            thread.setDaemon(true);
            thread.start();
        }
        Thread rolls = new Thread(this::watchRolls, "rolls");
        rolls.setDaemon(true);
        rolls.start();
    }

    private void write(WorkloadClient client, long firstBlock, long ended) {
        try {
            client.run(firstBlock, ended);
        } catch (NotReadyException | OutcomeUnknownException e) {
            if (cairn.health().ready()) {
                wire.tell(new Told.Failed(e.toString()));
            }
        } catch (RuntimeException | Error e) {
            wire.tell(new Told.Failed(e.toString()));
        }
    }

    private void watchRolls() {
        long before = 1;
        try {
            while (true) {
                long rolls = cairn.metrics().rolls();
                if (rolls > before) {
                    before = rolls;
                    wire.at(Told.Place.ROLLED);
                }
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The words of a line. */
    private record Orders(String line) {
        String word(String name) {
            @Nullable String found = null;
            for (String word : line.split(" ")) {
                if (word.startsWith(name + "=")) {
                    found = word.substring(name.length() + 1);
                }
            }
            if (found == null) {
                throw new IllegalArgumentException("expected " + name + ", was " + line);
            }
            return found;
        }

        long number(String name) {
            return Long.parseLong(word(name));
        }
    }
}
