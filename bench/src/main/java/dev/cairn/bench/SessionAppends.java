package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.session.Message;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.NewMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Appending messages of 200 bytes to sessions in batches, beside bare appends of the same bytes; durable, beside one force for
 * each batch; and reading all of them again.
 *
 * <p>Threading: one at a time.
 */
final class SessionAppends implements Experiment {
    private static final int BATCH = 250;
    private static final int SESSIONS = 100;
    private static final int MESSAGE_BYTES = 200;
    private static final int DOCUMENT_HEADER_BYTES = 32;
    private static final int WARM_UP = 1_500;
    private static final int DIGITS = 12;
    private static final String TEXT =
            "x".repeat(MESSAGE_BYTES - DIGITS - "{\"role\":\"user\",\"content\":\"\"}".length());
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);
    private static final WriteOptions DURABLE = WriteOptions.defaults().withAck(Ack.DURABLE);

    @Override
    public String name() {
        return "session";
    }

    @Override
    public String title() {
        return "append messages of " + MESSAGE_BYTES + " B to sessions in batches of " + BATCH
                + ", beside bare appends; read them again";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String live;
        long[] counts = new long[SESSIONS];
        try (Cairn cairn = open(directory)) {
            accepted(settings, directory, report, cairn, counts);
            durable(settings, directory, report, cairn, counts);
            read(report, cairn, counts);
            live = Samples.root(cairn, "session");
        }
        try (Cairn cairn = open(directory)) {
            String reopened = Samples.root(cairn, "session");
            report.gate("the state root of sessions is the same after opening again", live.equals(reopened), reopened);
        }
    }

    private static Cairn open(Path directory) {
        return Cairn.open(
                directory.resolve("cairn"), Samples.withoutProjection().build());
    }

    private static String id(int session) {
        return "session-" + session;
    }

    /** The {@code number}-th message of a session, from 0. */
    private static NewMessage message(long number) {
        String digits = Long.toString(number);
        return NewMessage.of("user", "0".repeat(DIGITS - digits.length()) + digits + TEXT);
    }

    private static void append(Cairn cairn, int session, long[] counts, WriteOptions options) {
        List<NewMessage> messages = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            messages.add(message(counts[session]++));
        }
        cairn.sessions().append(id(session), messages, options);
    }

    private static void accepted(Settings settings, Path directory, Report report, Cairn cairn, long[] counts)
            throws Exception {
        long bytesBefore = cairn.metrics().bytes();
        Measured.Runner engine = new Measured.Runner(i -> append(cairn, (int) (i % SESSIONS), counts, ACCEPTED));
        engine.warmUpWith(WARM_UP);
        int bytes = (int) (DOCUMENT_HEADER_BYTES + (cairn.metrics().bytes() - bytesBefore) / engine.count());
        Path floorDirectory = Files.createDirectories(directory.resolve("floor"));
        try (Floor bare = new Floor(floorDirectory, Samples.ids(1), bytes, 1, settings.seed())) {
            Measured.Runner floor = new Measured.Runner(i -> bare.append());
            floor.warmUpWith(WARM_UP);
            for (int i = 0; i < settings.rounds(); i++) {
                floor.round(settings.shortSeconds());
                engine.round(settings.shortSeconds());
            }
            report.gate("the peer wrote each append", bare.appended() == floor.count() + 1, bare.appended());
            report.note("%d B of log for each message of %d B", bytes / BATCH, MESSAGE_BYTES);
            report.rate("bare appends of the same bytes", floor.median());
            report.rate("batches, accepted", engine.median());
            double perSecond = engine.median().perSecond() * BATCH;
            report.goal("messages", perSecond, "/s", perSecond >= 500_000, "≥ 500,000/s");
            report.line(
                    "processor time for each message",
                    "%,14.0f ns",
                    engine.median().cpuNanos() / BATCH);
            report.ratio("of bare appends", engine, floor);
        }
        Measured.Runner single = new Measured.Runner(i -> {
            int session = (int) (i % SESSIONS);
            cairn.sessions().append(id(session), message(counts[session]++), ACCEPTED);
        });
        single.warmUpWith(WARM_UP);
        single.round(settings.shortSeconds() / 2);
        report.rate("one message at a time, accepted", single.median());
    }

    private static void durable(Settings settings, Path directory, Report report, Cairn cairn, long[] counts)
            throws Exception {
        List<Crowd> plains = new ArrayList<>();
        List<Crowd> batches = new ArrayList<>();
        int[] next = new int[1];
        try (ForcePerWrite plain = new ForcePerWrite(directory.resolve("plain"), BATCH * MESSAGE_BYTES)) {
            for (int i = 0; i < settings.rounds(); i++) {
                plains.add(Crowd.round(1, settings.shortSeconds() / 2, thread -> {
                    plain.run();
                    return BATCH;
                }));
                batches.add(Crowd.round(1, settings.shortSeconds() / 2, thread -> {
                    append(cairn, next[0]++ % SESSIONS, counts, DURABLE);
                    return BATCH;
                }));
            }
        }
        report.crowd("plain file, one force per batch, messages", plains, plains, "itself");
        report.crowd("batches, durable, 1 thread, messages", batches, plains, "one force per batch");
    }

    private static void read(Report report, Cairn cairn, long[] counts) throws Exception {
        long[] wrong = new long[1];
        Timed read = Timed.of(() -> {
            long all = 0;
            for (int session = 0; session < SESSIONS; session++) {
                long number = 0;
                for (Message message :
                        cairn.sessions().read(id(session), MessageQuery.all().limit(MessageQuery.LIMIT_MAX))) {
                    wrong[0] += message.json().equals(message(number).json()) && message.number() == number + 1 ? 0 : 1;
                    number++;
                }
                wrong[0] += number == counts[session] ? 0 : 1;
                all += number;
            }
            return all;
        });
        report.gate("every message there, in order, as it was given", wrong[0] == 0, wrong[0] + " others");
        report.line("read and compared, oldest first", "%,12.0f/s   cpu %6.0f ns", read.perSecond(), read.cpuNanos());
    }
}
