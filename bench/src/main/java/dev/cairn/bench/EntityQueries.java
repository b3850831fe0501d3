package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.entity.EntityPage;
import dev.cairn.entity.EntityQuery;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.EntityWrites;
import dev.cairn.entity.LinkPage;
import dev.cairn.entity.LinkQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Finding entities by a property and following their links, beside SQLite alone with the same values in a table with an index.
 *
 * <p>Threading: one at a time.
 */
final class EntityQueries implements Experiment {
    private static final String TYPE = "file";
    private static final int WARM_UP = 3_000;
    private static final int BATCH = 1_000;
    /** Entities that have one value of the property that is asked for. */
    private static final int EACH = 20;

    private static final int LINKS = 4;

    @Override
    public String name() {
        return "entity";
    }

    @Override
    public String title() {
        return "find entities by a property, follow one and two links; beside SQLite alone";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        int entities = settings.full() ? 200_000 : 20_000;
        CairnOptions options = CairnOptions.defaults();
        try (Cairn cairn = Cairn.open(directory.resolve("cairn"), options);
                SqliteEntities sqlite = new SqliteEntities(directory.resolve("plain.db"))) {
            Timed written = Timed.of(() -> fill(cairn, entities, settings.seed()));
            long begun = System.nanoTime();
            long end = cairn.watermarks().endOffset() - 1;
            cairn.sync();
            cairn.entities().find(EntityQuery.of(TYPE).page(1, null).including(end, Duration.ofMinutes(10)));
            report.note(
                    "%,d entities of 5 properties and %d links each; written at %,.0f records/s, projected %.1f s later",
                    entities, LINKS, written.perSecond(), (System.nanoTime() - begun) / 1e9);
            Timed plain = Timed.of(() -> sqlite.fill(entities, EACH, properties(entities, settings.seed())));
            report.note("SQLite alone filled at %,.0f rows/s", plain.perSecond());
            find(settings, report, cairn, sqlite, entities);
            links(settings, report, cairn, entities);
        }
    }

    private static EntityRef ref(int number) {
        return EntityRef.of(TYPE, Samples.id(number));
    }

    private static String group(int number) {
        return "group-" + number / EACH;
    }

    private static String[] properties(int entities, long seed) {
        Random random = new Random(seed);
        String[] json = new String[entities];
        for (int i = 0; i < entities; i++) {
            json[i] = "{\"group\":\"" + group(i) + "\",\"size\":" + random.nextInt(1_000_000)
                    + ",\"path\":\"src/main/java/Part" + i + ".java\",\"reviewed\":" + random.nextBoolean()
                    + ",\"changed\":\"2026-01-01T00:00:" + (10 + i % 50) + "Z\"}";
        }
        return json;
    }

    private static long fill(Cairn cairn, int entities, long seed) {
        String[] json = properties(entities, seed);
        for (int first = 0; first < entities; first += BATCH) {
            Batch batch = cairn.batch();
            for (int i = first; i < first + BATCH; i++) {
                batch.add(EntityWrites.put(ref(i), json[i]));
            }
            batch.commitAtomic(Ack.ACCEPTED);
        }
        for (int first = 0; first < entities; first += BATCH) {
            Batch batch = cairn.batch();
            for (int i = first; i < first + BATCH; i++) {
                for (int link = 1; link <= LINKS; link++) {
                    batch.add(EntityWrites.link(ref(i), "imports", ref((i + link) % entities), "{}"));
                }
            }
            batch.commitAtomic(Ack.ACCEPTED);
        }
        return entities + (long) entities * LINKS;
    }

    private static void find(Settings settings, Report report, Cairn cairn, SqliteEntities sqlite, int entities)
            throws Exception {
        SplittableRandom random = new SplittableRandom(settings.seed());
        SplittableRandom plainRandom = random.split();
        long[] wrong = new long[2];
        Measured.Runner engine = new Measured.Runner(i -> {
            int number = random.nextInt(entities);
            EntityPage page = cairn.entities().find(EntityQuery.of(TYPE).where("group", group(number)));
            boolean right = page.entities().size() == EACH
                    && page.entities().get(number % EACH).ref().id().equals(Samples.id(number));
            wrong[0] += right ? 0 : 1;
        });
        Measured.Runner plain =
                new Measured.Runner(i -> wrong[1] += sqlite.find(group(plainRandom.nextInt(entities))) == EACH ? 0 : 1);
        engine.warmUpWith(WARM_UP);
        plain.warmUpWith(WARM_UP);
        for (int i = 0; i < settings.rounds(); i++) {
            plain.round(settings.shortSeconds() / 2);
            engine.round(settings.shortSeconds() / 2);
        }
        report.gate(
                "each answer all " + EACH + ", in order", wrong[0] == 0 && wrong[1] == 0, wrong[0] + ", " + wrong[1]);
        report.rate("SQLite alone, " + EACH + " of " + entities, plain.median());
        report.rate("find by property, " + EACH + " of " + entities, engine.median());
        report.ratio("of SQLite alone", engine, plain);
    }

    private static void links(Settings settings, Report report, Cairn cairn, int entities) throws Exception {
        for (int hops = 1; hops <= 2; hops++) {
            SplittableRandom random = new SplittableRandom(settings.seed());
            int far = hops;
            int expected = hops == 1 ? LINKS : LINKS + LINKS * LINKS; // each path once
            long[] wrong = new long[1];
            Measured.Runner engine = new Measured.Runner(i -> {
                LinkPage page = cairn.entities()
                        .links(LinkQuery.from(ref(random.nextInt(entities)))
                                .relations("imports")
                                .hops(far));
                wrong[0] += page.links().size() == expected ? 0 : 1;
            });
            engine.warmUpWith(WARM_UP);
            engine.round(settings.shortSeconds() / 2);
            report.gate(
                    "each answer all " + expected + " paths of " + hops + " hops", wrong[0] == 0, wrong[0] + " others");
            report.rate("links, " + hops + (hops == 1 ? " hop" : " hops"), engine.median());
        }
    }
}
