package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.task.NewTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

/**
 * Creating tasks with 200 bytes of JSON metadata, beside RocksDB's put of the same bytes with its log on and no sync.
 *
 * <p>Threading: one at a time.
 */
final class Creates implements Experiment {
    private static final int SAMPLES = 1_024;

    @Override
    public String name() {
        return "create";
    }

    @Override
    public String title() {
        return "embedded create with 200 B of JSON metadata, accepted, one thread, beside RocksDB";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] metadata = Samples.metadata(settings.seed(), SAMPLES);
        byte[][] values = new byte[SAMPLES][];
        for (int i = 0; i < SAMPLES; i++) {
            values[i] = metadata[i].getBytes(StandardCharsets.UTF_8);
        }
        try (Cairn cairn = Samples.open(directory.resolve("cairn"), Samples.withoutProjection());
                Options options = new Options().setCreateIfMissing(true);
                WriteOptions write = new WriteOptions();
                RocksDB rocks = RocksDB.open(options, directory.resolve("rocks").toString())) {
            Measured.Runner engine = new Measured.Runner(i ->
                    cairn.tasks().create(NewTask.of(Samples.id(i)).metadata(metadata[(int) i & SAMPLES - 1])));
            Measured.Runner peer = new Measured.Runner(i ->
                    rocks.put(write, Samples.id(i).getBytes(StandardCharsets.UTF_8), values[(int) i & SAMPLES - 1]));
            engine.warmUp(settings.roundSeconds());
            peer.warmUp(settings.roundSeconds());
            for (int i = 0; i < settings.rounds(); i++) {
                peer.round(settings.roundSeconds());
                engine.round(settings.roundSeconds());
            }
            gate(report, cairn, engine, rocks, peer, metadata);
            report.rate("RocksDB put, WAL on, no sync", peer.median());
            report.rate("embedded create", engine.median());
            double perSecond = engine.median().perSecond();
            report.goal("creates", perSecond, "/s", perSecond >= 400_000, "≥ 400,000/s");
            double ratio = Measured.medianRatio(engine, peer);
            report.goal("times RocksDB", ratio, "×", ratio >= 2, "≥ 2× (stretch)");
        }
    }

    private static void gate(
            Report report, Cairn cairn, Measured.Runner engine, RocksDB rocks, Measured.Runner peer, String[] metadata)
            throws Exception {
        long last = engine.count() - 1;
        var task = cairn.tasks().get(Samples.id(last)).orElseThrow();
        report.gate(
                "the last task as it was created", task.metadata().equals(metadata[(int) last & SAMPLES - 1]), task);
        long entities = cairn.metrics().entities();
        report.gate("all tasks in the state", entities >= engine.count() && entities <= engine.count() + 2, entities);
        byte[] key = Samples.id(peer.count() - 1).getBytes(StandardCharsets.UTF_8);
        report.gate("the peer has its last key", rocks.get(key) != null, "nothing");
    }
}
