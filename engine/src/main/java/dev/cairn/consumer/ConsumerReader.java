package dev.cairn.consumer;

import dev.cairn.GoneException;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerRecords.Gap;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The active reader of a group: a position of its own in the log, which begins at the committed one and follows when somebody
 * else moves that.
 *
 * <p>Threading: any thread; its fields are guarded by itself, waiting is outside.
 */
final class ConsumerReader implements Consumer {
    private static final Duration SLICE = Duration.ofMillis(250);
    private static final Duration WAIT_MAX = Duration.ofDays(365);

    private final ConsumersClient consumers;
    private final ActiveReaders readers;
    private final ActiveReaders.Hold hold;
    private final Log log;
    private LogFilter filter = LogFilter.all();
    private long position;
    /** Of the group's last record that this reader knows of; −1 to look. */
    private long revision = -1;

    private long version;
    /** Whether everything from the committed position up to {@link #position} was held back by the filter. */
    private boolean nothingYet;

    private boolean closed;

    ConsumerReader(ConsumersClient consumers, ActiveReaders readers, ActiveReaders.Hold hold, Log log) {
        this.consumers = consumers;
        this.readers = readers;
        this.hold = hold;
        this.log = log;
        synchronized (this) {
            follow();
        }
    }

    @Override
    public String group() {
        return hold.group();
    }

    @Override
    public synchronized long position() {
        return position;
    }

    /** Takes up what the group says now, unless it is known. */
    private void follow() {
        if (closed) {
            throw new NotReadyException("the reader of consumer " + group() + " is closed");
        }
        readers.check(hold);
        Entity entity = new Entity();
        if (!consumers.load(group(), entity)) {
            throw new NotFoundException(ConsumerKind.NAME, group());
        }
        if (entity.revision() == revision) {
            return;
        }
        SlabCursor names = ConsumerBody.filterOf(entity);
        filter = LogFilter.all()
                .withTopics(ConsumerBody.takeNames(names))
                .withTypes(ConsumerBody.takeNames(names))
                .withoutTopic(ConsumerKind.NAME);
        revision = entity.revision();
        version = entity.version();
        position = readers.begin(hold, revision, ConsumerBody.offset(entity));
        nothingYet = true;
    }

    @Override
    public ConsumerRecords poll(int limit, Duration wait) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        long waitNanos = wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX.toNanos() : wait.toNanos();
        long deadline = System.nanoTime() + waitNanos;
        while (true) {
            ConsumerRecords polled = read(limit);
            long left = deadline - System.nanoTime();
            if (!polled.records().isEmpty() || polled.gap() != null || left <= 0) {
                return polled;
            }
            log.awaitDurable(polled.next(), Duration.ofNanos(Math.min(left, SLICE.toNanos())));
        }
    }

    private synchronized ConsumerRecords read(int limit) {
        follow();
        try {
            return polled(log.read(position, Long.MAX_VALUE, filter, limit), null);
        } catch (GoneException e) {
            Long resumeFrom = e.resumeFrom();
            if (resumeFrom == null) {
                throw e;
            }
            // It is told again until somebody commits behind it: whoever takes over has to know of it too.
            nothingYet = false;
            Gap gap = new Gap(position, resumeFrom - 1);
            return polled(log.read(resumeFrom, Long.MAX_VALUE, filter, limit), gap);
        }
    }

    private ConsumerRecords polled(LogPage page, @Nullable Gap gap) {
        nothingYet &= page.records().isEmpty();
        if (nothingYet && page.next() > position) {
            readers.empty(hold, revision, page.next());
        }
        position = page.next();
        return new ConsumerRecords(page.records(), position, gap);
    }

    @Override
    public synchronized Receipt commit(long next, WriteOptions options) {
        readers.check(hold);
        Receipt receipt = consumers.commit(group(), next, options);
        committed(receipt);
        return receipt;
    }

    /** One's own commit is no reason to look, unless others have changed the group in between. */
    private void committed(Receipt receipt) {
        boolean alone = receipt.version() == version + 1;
        revision = alone ? receipt.revision() : revision;
        version = alone ? receipt.version() : version;
        nothingYet = false;
    }

    @Override
    public synchronized void seek(From to) {
        follow();
        position = log.resolve(to);
        nothingYet = false;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        readers.leave(hold, true);
    }
}
