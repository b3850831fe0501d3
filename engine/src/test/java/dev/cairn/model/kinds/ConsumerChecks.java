package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.LogRecord;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.Consumer;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.consumer.ConsumerOptions;
import dev.cairn.consumer.ConsumerRecords;
import dev.cairn.log.From;
import dev.cairn.model.kinds.PlainLog.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What groups of consumers are handed, compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class ConsumerChecks {
    private final PlainKinds model;
    private final PlainLog log;
    private final Chance chance;

    ConsumerChecks(PlainKinds model, Chance chance) {
        this.model = model;
        this.log = model.log;
        this.chance = chance;
    }

    /** Reads a group from where it is to the end, and mostly commits that. Everything must be durable. */
    void poll(Cairn cairn, boolean commits) {
        String name = chance.group();
        String reader = chance.oneIn(2) ? null : chance.agent();
        model.opensGroup(name, reader);
        try (Consumer consumer =
                cairn.consumers().open(name, ConsumerOptions.defaults().withReader(reader))) {
            cairn.sync();
            ConsumerGroup group = (ConsumerGroup)
                    Objects.requireNonNull(log.head("consumer", name)).view();
            List<LogRecord> found = new ArrayList<>();
            List<Long> gaps = new ArrayList<>();
            int limit = 1 + chance.upTo(40);
            while (consumer.position() <= log.lastOffset()) {
                ConsumerRecords polled = consumer.poll(limit, Duration.ZERO);
                assertThat(polled.records().size()).isLessThanOrEqualTo(limit);
                found.addAll(polled.records());
                if (polled.gap() != null) {
                    gaps.add(polled.gap().first());
                    gaps.add(polled.gap().last());
                }
            }
            LogChecks.sameRecords(found, wanted(group), "records for " + group);
            assertThat(gaps).as("gaps for %s", group).isEqualTo(gaps(group.offset()));
            if (commits && !chance.oneIn(3)) {
                Wish.Move move = new Wish.Move(name, From.offset(consumer.position()));
                String expected = model.single(new Wish.Item(move, WriteOptions.defaults()));
                assertThat(Answers.of(consumer.commit(consumer.position()))).isEqualTo(expected);
            }
        } catch (CairnException e) {
            throw new AssertionError("expected group " + name + " to be read, was " + e, e);
        }
    }

    private List<Entry> wanted(ConsumerGroup group) {
        return log.entries().stream()
                .filter(entry -> entry.offset() >= group.offset()
                        && !entry.topic().equals("consumer")
                        && (group.topics().isEmpty() || group.topics().contains(entry.topic()))
                        && (group.types().isEmpty() || group.types().contains(entry.type())))
                .toList();
    }

    private List<Long> gaps(long from) {
        List<Long> gaps = new ArrayList<>();
        long next = from;
        for (Entry entry : log.entries()) {
            if (entry.offset() >= next) {
                if (entry.offset() > next) {
                    gaps.add(next);
                    gaps.add(entry.offset() - 1);
                }
                next = entry.offset() + 1;
            }
        }
        return gaps;
    }
}
