package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.StateRoot;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.ReadOnlyLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * Rebuilding the state from the log, beside reading and checking the same records with one map get and put each.
 *
 * <p>Threading: one at a time.
 */
final class Replay implements Experiment {
    private static final int VALUE_BYTES = 285;

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String title() {
        return "rebuild of the state by replay, beside read + CRC + map get and put of the same records";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        int records = settings.full() ? 5_000_000 : 1_000_000;
        StateRoot written = write(settings, directory, records);
        List<Timed> scans = new ArrayList<>();
        List<Timed> peers = new ArrayList<>();
        List<Timed> replays = new ArrayList<>();
        for (int i = -1; i < settings.rounds(); i++) {
            Timed scan = Timed.ofProcess(() -> scan(directory));
            Timed peer = Timed.ofProcess(() -> peer(directory, settings.tasks()));
            boolean first = i < 0;
            Timed replay = Timed.ofProcess(() -> replay(directory, written, report, first));
            if (!first) {
                scans.add(scan);
                peers.add(peer);
                replays.add(replay);
            }
        }
        print(report, "read + CRC", scans);
        print(report, "read + CRC + map get + map put", peers);
        print(report, "rebuild by replay, the whole of an opening", replays);
        double ratio = 100 * Timed.medianRatio(replays, peers);
        report.goal("of read + CRC + get + put", ratio, "%", ratio >= 70, "≥ 70 %");
        report.line("of that by processor time", "%,14.2f %%", 100 * Timed.medianCpuRatio(replays, peers));
        double scan = Timed.median(scans).perSecond();
        report.goal("CRC scan", scan, "records/s", scan >= 5_000_000, "≥ 5,000,000/s");
    }

    private static void print(Report report, String what, List<Timed> rounds) {
        Timed median = Timed.median(rounds);
        report.line(what, "%,12.0f records/s   cpu %6.0f ns/record", median.perSecond(), median.cpuNanos());
    }

    static StateRoot write(Settings settings, Path directory, int records) {
        String[] ids = Samples.ids(settings.tasks());
        int[] versions = new int[ids.length];
        java.util.Arrays.fill(versions, 1);
        SplittableRandom random = new SplittableRandom(settings.seed());
        try (Cairn cairn = Samples.open(directory, Samples.withoutProjection())) {
            Samples.create(cairn, ids, settings.seed());
            for (int i = ids.length; i < records; i++) {
                int task = random.nextInt(ids.length);
                Samples.transition(cairn, ids[task], versions[task]++);
            }
            return cairn.stateRoot();
        }
    }

    /** Reads and checks every record, and nothing else. */
    private static long scan(Path directory) throws Exception {
        ReadOnlyLog log = ReadOnlyLog.open(directory);
        long through = log.through();
        LogCursor cursor = log.cursor();
        cursor.seek(0);
        long count = 0;
        while (cursor.next(through)) {
            count++;
        }
        return count;
    }

    private static long peer(Path directory, int tasks) throws Exception {
        ReadOnlyLog log = ReadOnlyLog.open(directory);
        long through = log.through();
        LogCursor cursor = log.cursor();
        ByteSlab topicRead = new ByteSlab();
        ByteSlab keyRead = new ByteSlab();
        byte[] value = new byte[VALUE_BYTES];
        byte[] key = Samples.id(0).getBytes(StandardCharsets.UTF_8);
        try (ChronicleMap<byte[], byte[]> map = ChronicleMapBuilder.of(byte[].class, byte[].class)
                .averageKeySize(key.length)
                .averageValueSize(VALUE_BYTES)
                .entries(tasks * 2L)
                .putReturnsNull(true)
                .checksumEntries(false)
                .create()) {
            cursor.seek(0);
            long count = 0;
            while (cursor.next(through)) {
                cursor.frame().copyAddress(topicRead, keyRead);
                System.arraycopy(keyRead.array(), 0, key, 0, Math.min(key.length, keyRead.length()));
                byte[] found = map.getUsing(key, value);
                value = found == null ? value : found;
                value[0]++;
                map.put(key, value);
                count++;
            }
            return count;
        }
    }

    private static long replay(Path directory, StateRoot expected, Report report, boolean check) {
        CairnOptions options = CairnOptions.builder()
                .projection(false)
                .readOnly(true)
                .useCheckpoint(false)
                .build();
        try (Cairn cairn = Cairn.open(directory, options)) {
            if (check) {
                StateRoot replayed = cairn.stateRoot();
                report.gate("the state as it was when it was written", replayed.equals(expected), replayed);
            }
            return cairn.metrics().replayedRecords();
        }
    }
}
