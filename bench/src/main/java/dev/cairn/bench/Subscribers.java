package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.NewRecord;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * From the call of an append to the call of a subscriber in the same process.
 *
 * <p>Threading: one at a time.
 */
final class Subscribers implements Experiment {
    private static final int RECORDS_PER_SECOND = 2_000;
    private static final String PAYLOAD = "{\"text\":\"" + "x".repeat(189) + "\"}";

    @Override
    public String name() {
        return "subscribe";
    }

    @Override
    public String title() {
        return "append to in-process subscriber, 200 B payloads, " + RECORDS_PER_SECOND + "/s";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        try (Cairn cairn = Cairn.open(directory, Samples.withoutProjection().build())) {
            int records = (int) (2 * settings.roundSeconds() * RECORDS_PER_SECOND);
            measure(cairn, records, true);
            Histogram accepted = measure(cairn, records, true);
            Histogram durable = measure(cairn, records, false);
            report.gate("each record delivered once, in order", accepted.getTotalCount() == records, accepted);
            print(report, "accepted", accepted);
            print(report, "durable", durable);
            double p50 = accepted.getValueAtPercentile(50) / 1e3;
            report.goal("accepted p50", p50, "µs", p50 < 50, "< 50 µs");
        }
    }

    private static void print(Report report, String what, Histogram histogram) {
        report.line(
                what,
                "p50 %8.1f µs   p90 %8.1f µs   p99 %8.1f µs",
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(90) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3);
    }

    private static Histogram measure(Cairn cairn, int records, boolean accepted) throws InterruptedException {
        cairn.sync(); // a subscription to durable records begins behind the last of these
        long[] sent = new long[records];
        Histogram histogram = new Histogram(3);
        AtomicInteger expected = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(records);
        SubscribeOptions options = SubscribeOptions.from(From.end())
                .withFilter(LogFilter.all().withTopic("ticks"))
                .withAccepted(accepted);
        try (Subscription subscription = cairn.log().subscribe(options, record -> {
            long now = System.nanoTime();
            int number = expected.getAndIncrement();
            if (!record.key().equals(Integer.toString(number))) {
                throw new IllegalStateException("expected record " + number + ", was " + record.key());
            }
            histogram.recordValue(now - sent[number]);
            done.countDown();
        })) {
            long next = System.nanoTime();
            for (int i = 0; i < records; i++) {
                next += 1_000_000_000L / RECORDS_PER_SECOND;
                for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                sent[i] = System.nanoTime();
                cairn.log().append(NewRecord.of("ticks", Integer.toString(i), PAYLOAD));
            }
            if (!done.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "expected " + records + " records, was " + expected, subscription.failure());
            }
        }
        return histogram;
    }
}
