package dev.cairn.consumer;

import dev.cairn.Ack;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.GoneException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@link Consumers} over a host and the log: looks positions up, turns calls into commands, and entities into groups.
 *
 * <p>Threading: any thread.
 */
final class ConsumersClient implements Consumers {
    private static final String GROUP = "group";
    private static final int LIMIT_MAX = 1_000;
    /** What stands before a name in an error: it is a parameter of a read, or a member of a body. */
    private static final String PARAMETER = "";

    private static final String MEMBER = "/";

    private final KindHost host;
    private final ConsumerKind kind;
    private final Log log;
    private final ConsumerModule.Ends ends;
    private final ActiveReaders readers;

    ConsumersClient(KindHost host, ConsumerKind kind, Log log, ConsumerModule.Ends ends, ActiveReaders readers) {
        this.host = host;
        this.kind = kind;
        this.log = log;
        this.ends = ends;
        this.readers = readers;
    }

    @Override
    public Consumer open(String group, ConsumerOptions options) {
        ConsumerSettings settings = checked(options.settings(), PARAMETER);
        ActiveReaders.Hold hold = readers.enter(checked(group), options.reader(), options.session());
        try {
            ensure(group, settings, options.reader());
            return new ConsumerReader(this, readers, hold, log);
        } catch (RuntimeException | Error e) {
            readers.leave(hold, false);
            throw e;
        }
    }

    /** The group exists and reads what its reader wants, or it is created so. */
    private void ensure(String group, ConsumerSettings settings, @Nullable String reader) {
        Entity entity = new Entity();
        if (!load(group, entity)) {
            // Where a group begins is recorded with its first read: "the last hour" is not another hour at the second
            // one.
            WriteOptions options = WriteOptions.defaults()
                    .withExpect(Expect.none())
                    .withAck(Ack.ACCEPTED)
                    .withActor(reader);
            try {
                host.commit(kind, configuration(group, settings, PARAMETER), options);
            } catch (ConflictException e) {
                // Somebody else has created it just now: then that counts.
            }
            if (!load(group, entity)) {
                throw new NotFoundException(ConsumerKind.NAME, group);
            }
        }
        SlabCursor names = ConsumerBody.filterOf(entity);
        requireSame("topic", settings.topics(), ConsumerBody.takeNames(names));
        requireSame("type", settings.types(), ConsumerBody.takeNames(names));
    }

    private static void requireSame(String what, List<String> named, List<String> known) {
        if (!named.isEmpty() && !named.equals(known)) {
            throw new InvalidRequestException(
                    "expected what the group reads as " + what + ", " + (known.isEmpty() ? "all" : known) + ", was "
                            + named,
                    what);
        }
    }

    boolean load(String group, Entity into) {
        return host.entity(kind, null, group, into);
    }

    @Override
    public Receipt configure(String group, ConsumerSettings settings, WriteOptions options) {
        return host.commit(kind, configuration(checked(group), checked(settings, MEMBER), MEMBER), options);
    }

    @Override
    public CompletableFuture<Receipt> configureAsync(String group, ConsumerSettings settings, WriteOptions options) {
        return host.commitAsync(kind, configuration(checked(group), checked(settings, MEMBER), MEMBER), options);
    }

    private ConsumerCommand configuration(String group, ConsumerSettings settings, String where) {
        From from = settings.from();
        Place place = place(from == null ? From.beginning() : from, where + "from");
        return new ConsumerCommand.Configure(
                group,
                place.offset(),
                from == null ? null : ConsumerCommand.asked(from),
                place.refusal(),
                settings.topics(),
                settings.types());
    }

    @Override
    public Receipt move(String group, From position, WriteOptions options) {
        return host.commit(kind, movement(checked(group), position), options);
    }

    @Override
    public CompletableFuture<Receipt> moveAsync(String group, From position, WriteOptions options) {
        return host.commitAsync(kind, movement(checked(group), position), options);
    }

    private ConsumerCommand movement(String group, From position) {
        Place place = place(position, position instanceof From.Offset ? "/offset" : "/position");
        return new ConsumerCommand.Move(group, place.offset(), ConsumerCommand.asked(position), place.refusal());
    }

    /** What a position means now, or why it means nothing: that is said only after key and expectation were looked at. */
    private Place place(From position, String where) {
        try {
            return new Place(log.resolve(position), null);
        } catch (GoneException e) {
            if (position instanceof From.Offset offset && isBehindARecord(offset.offset())) {
                return new Place(offset.offset(), null);
            }
            return new Place(-1, new Rejection.Gone(String.valueOf(e.getMessage()), e.startOffset(), e.resumeFrom()));
        } catch (InvalidRequestException e) {
            return new Place(-1, new Rejection.Invalid(String.valueOf(e.getMessage()), where));
        }
    }

    /** A page ends where a lost range begins: who commits that says what is true, and is told of the range at the next read. */
    private boolean isBehindARecord(long offset) {
        return offset > 0 && ends.has(offset - 1);
    }

    private record Place(long offset, @Nullable Rejection refusal) {}

    @Override
    public Receipt delete(String group, WriteOptions options) {
        Receipt receipt = host.commit(kind, new ConsumerCommand.Delete(checked(group)), options);
        readers.forget(group);
        return receipt;
    }

    @Override
    public CompletableFuture<Receipt> deleteAsync(String group, WriteOptions options) {
        return host.commitAsync(kind, new ConsumerCommand.Delete(checked(group)), options)
                .thenApply(receipt -> {
                    readers.forget(group);
                    return receipt;
                });
    }

    @Override
    public Optional<ConsumerGroup> get(String group) {
        return now(checked(group), ends.durableOffset());
    }

    private Optional<ConsumerGroup> now(String group, long through) {
        Entity entity = new Entity();
        return load(group, entity)
                ? Optional.of(ConsumerBody.decode(group, entity, lag(entity, through), readers.reader(group)))
                : Optional.empty();
    }

    private long lag(Entity entity, long through) {
        return ends.count(ConsumerBody.offset(entity), through);
    }

    @Override
    public Optional<ConsumerGroup> getAsOf(String group, long offset) {
        Entity entity = new Entity();
        return host.entityAsOf(kind, null, checked(group), offset, entity)
                ? Optional.of(ConsumerBody.decode(group, entity, lag(entity, offset), null))
                : Optional.empty();
    }

    @Override
    public Optional<ConsumerGroup> getAsOf(String group, Instant time) {
        checked(group);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getAsOf(group, offset);
    }

    @Override
    public List<LogRecord> history(String group, long before, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        return host.history(kind, null, checked(group), before, limit);
    }

    @Override
    public ConsumerPage list(int limit, @Nullable String cursor, long minOffset, Duration waitMax) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
        RowQuery query = new RowQuery(List.of(), "key", false, limit, cursor, minOffset, waitMax);
        RowQuery.Page page = host.query(kind, query);
        long through = ends.durableOffset();
        List<ConsumerGroup> groups = page.rows().stream()
                .flatMap(row -> now(row.key(), through).stream())
                .toList();
        return new ConsumerPage(groups, page.next(), page.projectionOffset());
    }

    private static String checked(String group) {
        return ConsumerCommand.checkGroup(group, GROUP);
    }

    private static ConsumerSettings checked(ConsumerSettings settings, String where) {
        ConsumerCommand.checkTopics(settings.topics(), where + "topic");
        ConsumerCommand.checkTypes(settings.types(), where + "type");
        return settings;
    }
}
