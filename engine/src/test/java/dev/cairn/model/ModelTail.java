package dev.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.LogRecord;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogSubscriber;
import dev.cairn.log.SubscribeOptions;
import dev.cairn.log.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/**
 * A subscription, and what it was told.
 *
 * <p>Threading: one thread asks; a thread of the engine tells.
 */
final class ModelTail implements LogSubscriber, AutoCloseable {
    private final PlainModel model;
    private final long from;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final List<Long> gaps = new CopyOnWriteArrayList<>();
    private final Subscription subscription;

    ModelTail(Cairn cairn, PlainModel model, long from) {
        this.model = model;
        this.from = from;
        boolean durable = from < cairn.watermarks().durableOffset();
        this.subscription = cairn.log()
                .subscribe(
                        new SubscribeOptions(
                                from == 0 ? From.beginning() : From.offset(from), LogFilter.all(), !durable),
                        this);
    }

    @Override
    public void record(LogRecord record) {
        records.add(record);
    }

    @Override
    public void gap(long first, long last) {
        gaps.add(first);
        gaps.add(last);
    }

    void check() {
        Awaitility.await("subscription at " + subscription.position() + " of " + model.lastOffset())
                .atMost(ModelRun.WAIT)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> subscription.failure() != null || subscription.position() > model.lastOffset());
        assertThat(subscription.failure()).isNull();
        List<PlainModel.Entry> expected =
                model.entries().stream().filter(entry -> entry.offset() >= from).toList();
        ModelChecks.sameRecords(records, expected, "subscription from " + from);
        List<Long> lost = new ArrayList<>();
        long next = from;
        for (PlainModel.Entry entry : expected) {
            if (entry.offset() > next) {
                lost.add(next);
                lost.add(entry.offset() - 1);
            }
            next = entry.offset() + 1;
        }
        assertThat(gaps).as("gaps from %d", from).isEqualTo(lost);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
