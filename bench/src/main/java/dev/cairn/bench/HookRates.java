package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.Hook;
import dev.cairn.log.HookOptions;
import dev.cairn.log.Hooks;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * How many records a second reach a subscriber and a chain of hooks while a writer appends as fast as it can, beside a bare
 * queue with a tailer.
 *
 * <p>Threading: one at a time; the subscriber's thread counts.
 */
final class HookRates implements Experiment {
    private static final int BATCH = 100;
    private static final int GOAL = 50_000;
    private static final String TOPIC = "ticks";
    private static final String PAYLOAD = "{\"text\":\"" + "x".repeat(189) + "\"}";
    private static final int DOCUMENT_HEADER_BYTES = 32;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    @Override
    public String name() {
        return "hook";
    }

    @Override
    public String title() {
        return "records a second to a subscriber and to a chain of two hooks, 200 B payloads, beside a bare tailer";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        int records = settings.full() ? 2_000_000 : 200_000;
        List<Timed> bare = new ArrayList<>();
        List<Timed> accepted = new ArrayList<>();
        List<Timed> durable = new ArrayList<>();
        List<Timed> hooks = new ArrayList<>();
        List<Timed> behind = new ArrayList<>();
        try (Cairn cairn = Cairn.open(
                directory.resolve("cairn"), Samples.withoutProjection().build())) {
            int bytes = documentBytes(cairn);
            for (int i = -1; i < settings.rounds(); i++) {
                Timed tailed = tail(Files.createDirectories(directory.resolve("bare-" + i)), records, bytes);
                Timed one = subscribed(cairn, records, true);
                Timed two = subscribed(cairn, records, false);
                Timed three = hooked(cairn, records);
                Timed four = fromBeginning(cairn);
                if (i >= 0) {
                    bare.add(tailed);
                    accepted.add(one);
                    durable.add(two);
                    hooks.add(three);
                    behind.add(four);
                }
            }
        }
        report.note("checked in each round: each record once, in order");
        print(report, "bare queue, append and tailer", bare, bare);
        print(report, "subscriber, accepted, writer included", accepted, bare);
        print(report, "subscriber, durable, writer included", durable, bare);
        print(report, "chain of two hooks, durable, writer included", hooks, bare);
        print(report, "subscriber that begins behind all of them", behind, bare);
        goal(report, "to a subscriber", durable);
        goal(report, "to a chain of two hooks", hooks);
    }

    private static void goal(Report report, String what, List<Timed> rounds) {
        double perSecond = Timed.median(rounds).perSecond();
        report.goal(what, perSecond, "/s", perSecond >= GOAL, "≥ 50,000/s");
    }

    private static void print(Report report, String what, List<Timed> rounds, List<Timed> peers) {
        Timed median = Timed.median(rounds);
        report.line(
                what,
                "%,12.0f/s   cpu of the writer %6.0f ns   %6.2f× the bare queue",
                median.perSecond(),
                median.cpuNanos(),
                Timed.medianRatio(rounds, peers));
    }

    private static int documentBytes(Cairn cairn) {
        long before = cairn.metrics().bytes();
        append(cairn, 0, BATCH);
        cairn.sync();
        return DOCUMENT_HEADER_BYTES + (int) (cairn.metrics().bytes() - before);
    }

    private static void append(Cairn cairn, int first, int count) {
        Batch batch = cairn.batch();
        for (int i = first; i < first + count; i++) {
            batch.add(LogWrites.append(NewRecord.of(TOPIC, Integer.toString(i), PAYLOAD)));
        }
        batch.commitAtomic(Ack.ACCEPTED);
    }

    /** What a subscriber has been given; it must be all, in order. */
    private static final class Taken {
        private volatile int count;

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
        void take(LogRecord record) {
            if (!record.key().equals(Integer.toString(count))) {
                throw new IllegalStateException("expected record " + count + ", was " + record.key());
            }
            count++;
        }

        void await(int records, Subscription subscription) {
            long until = System.nanoTime() + PATIENCE_NANOS;
            while (count < records) {
                if (subscription.failure() != null || System.nanoTime() > until) {
                    throw new IllegalStateException(
                            "expected " + records + " records, was " + count, subscription.failure());
                }
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private static long write(Cairn cairn, int records) {
        for (int i = 0; i < records; i += BATCH) {
            append(cairn, i, BATCH);
        }
        return records;
    }

    private static Timed subscribed(Cairn cairn, int records, boolean accepted) throws Exception {
        cairn.sync();
        Taken taken = new Taken();
        SubscribeOptions options = SubscribeOptions.from(From.end())
                .withFilter(LogFilter.all().withTopic(TOPIC))
                .withAccepted(accepted);
        try (Subscription subscription = cairn.log().subscribe(options, taken::take)) {
            return Timed.of(() -> {
                write(cairn, records);
                taken.await(records, subscription);
                return (long) records;
            });
        }
    }

    private static Timed hooked(Cairn cairn, int records) throws Exception {
        cairn.sync();
        Taken first = new Taken();
        Taken second = new Taken();
        HookOptions options =
                HookOptions.from(From.end()).withFilter(LogFilter.all().withTopic(TOPIC));
        List<Hook> chain = List.of(Hook.of("first", first::take), Hook.of("second", second::take));
        try (Hooks hooks = cairn.log().hooks(options, chain)) {
            return Timed.of(() -> {
                write(cairn, records);
                second.await(records, hooks);
                return (long) records;
            });
        }
    }

    /** From the segments, as fast as one thread reads: all records that rounds so far have written. */
    private static Timed fromBeginning(Cairn cairn) throws Exception {
        cairn.sync();
        long[] seen = new long[1];
        long end = cairn.watermarks().endOffset();
        return Timed.of(() -> {
            try (Subscription subscription = cairn.log().subscribe(From.beginning(), record -> seen[0]++)) {
                while (subscription.position() < end && subscription.failure() == null) {
                    LockSupport.parkNanos(100_000);
                }
            }
            if (seen[0] != end) {
                throw new IllegalStateException("expected " + end + " records, was " + seen[0]);
            }
            return end;
        });
    }

    private static Timed tail(Path directory, int records, int bytes) throws Exception {
        try (ChronicleQueue queue =
                SingleChronicleQueueBuilder.binary(directory).build()) {
            Taken taken = new Taken();
            Thread tailer = new Thread(() -> tail(queue, records / BATCH, bytes, taken), "bench-tailer");
            tailer.start();
            Bytes<?> document = Bytes.allocateDirect(bytes);
            document.writePosition(bytes);
            try (ExcerptAppender appender = queue.createAppender()) {
                return Timed.of(() -> {
                    for (int i = 0; i < records; i += BATCH) {
                        appender.writeBytes(document);
                    }
                    tailer.join();
                    if (taken.count != records / BATCH) {
                        throw new IllegalStateException("expected " + records / BATCH + ", was " + taken.count);
                    }
                    return (long) records;
                });
            } finally {
                document.releaseLast();
            }
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    private static void tail(ChronicleQueue queue, int documents, int bytes, Taken taken) {
        Bytes<?> into = Bytes.allocateElasticDirect(bytes);
        try (ExcerptTailer tailer = queue.createTailer()) {
            while (taken.count < documents) {
                into.clear();
                if (tailer.readBytes(into)) {
                    taken.count++;
                }
            }
        } finally {
            into.releaseLast();
        }
    }
}
