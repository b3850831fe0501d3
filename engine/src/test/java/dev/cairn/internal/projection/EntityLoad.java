package dev.cairn.internal.projection;

import dev.cairn.entity.Entities;
import dev.cairn.entity.EntityModule;
import dev.cairn.entity.EntityQuery;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.LinkQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A program, not a test: measures the projection of entities of five properties and three links each over a log in memory.
 * Argument: entities.
 */
public final class EntityLoad {
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final int TIMES = 300;

    private final MemoryHost host = new MemoryHost();
    private final EntityModule module = new EntityModule(1 << 20);
    private final Entities entities = module.client(host);
    private final SplittableRandom random = new SplittableRandom(1);

    private EntityLoad() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("entity-load");
        try {
            new EntityLoad().run(directory, Integer.parseInt(arguments[0]));
        } finally {
            SqliteProjection.delete(directory);
            Files.delete(directory);
        }
    }

    private void run(Path directory, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            entities.put(ref(i), properties(i));
        }
        long created = host.endOffset();
        for (int i = 0; i < 3 * count; i++) {
            entities.link(ref(i / 3), "r" + i % 3, ref(random.nextInt(count)));
        }
        long linked = host.endOffset();
        for (int i = 0; i < count; i++) {
            entities.patch(ref(random.nextInt(count)), "{\"size\":" + random.nextInt(1_000) + "}");
        }
        try (SqliteProjection projection = SqliteProjection.open(directory, module.kinds(), host, host.log)) {
            projection.start();
            host.projection(projection);
            follow(projection, "created, five properties each", 0, created);
            follow(projection, "linked", created, linked);
            follow(projection, "patched in one property", linked, host.endOffset());
            ask(count);
        }
    }

    private EntityRef ref(int i) {
        return EntityRef.of("service", "s" + i);
    }

    private String properties(int i) {
        return "{\"name\":\"service-" + i + "\",\"group\":\"g" + i % 100 + "\",\"size\":" + random.nextInt(1_000)
                + ",\"up\":" + (i % 3 > 0) + ",\"since\":\"2026-01-01T00:00:" + 10 + i % 50 + "Z\"}";
    }

    private void follow(SqliteProjection projection, String what, long from, long until) throws InterruptedException {
        long begun = System.nanoTime();
        // In steps of some thousands, as they would come.
        for (long at = from; at < until; at += 5_000) {
            host.log.force(Math.min(at + 5_000, until) - 1);
            projection.awaitPosition(Math.min(at + 5_000, until) - 1, WAIT);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("%-32s %,9.0f records/s%n", what, (until - from) / seconds);
    }

    private void ask(int count) {
        EntityQuery all = EntityQuery.of("service");
        time("one of a text", () -> entities.find(all.where("name", "service-" + random.nextInt(count))));
        time("a text that 1 in 100 has", () -> entities.find(all.where("group", "g" + random.nextInt(100))));
        time("a number that 1 in 1,000 has", () -> entities.find(all.where("size", "" + random.nextInt(1_000))));
        time("a range of 1 in 500", () -> entities.find(all.between("size", "500", "501")));
        time("a boolean that 2 in 3 have", () -> entities.find(all.where("up", "true")));
        time(
                "two, one of them common",
                () -> entities.find(all.where("up", "true").where("group", "g7")));
        time(
                "newest first, 2 in 3",
                () -> entities.find(all.where("up", "true").orderedBy(EntityQuery.Order.UPDATED_AT, true)));
        time("links, one hop", () -> entities.links(LinkQuery.from(ref(random.nextInt(count)))));
        time(
                "links, two hops",
                () -> entities.links(LinkQuery.from(ref(random.nextInt(count))).hops(2)));
        time(
                "links, two hops, both ways",
                () -> entities.links(
                        LinkQuery.from(ref(random.nextInt(count))).hops(2).direction(LinkQuery.Direction.BOTH)));
    }

    private static void time(String what, Runnable question) {
        long[] nanos = new long[TIMES];
        for (int i = 0; i < TIMES; i++) {
            long begun = System.nanoTime();
            question.run();
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-32s %7.2f ms median, %7.2f ms p99%n", what, nanos[TIMES / 2] / 1e6, nanos[TIMES * 99 / 100] / 1e6);
    }
}
