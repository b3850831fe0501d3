package dev.cairn.run;

import dev.cairn.Ack;
import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.DamagedLogException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Names;
import dev.cairn.internal.kind.RowQuery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Runs} over a host.
 *
 * <p>Threading: any thread.
 */
final class RunsClient implements Runs {
    private static final String RUN = "run";
    private static final String SNAPSHOT = "id";

    /** A page of headers ends where so many bytes of records were read for it. */
    private static final long PAGE_BYTES_MAX = 32L << 20;

    private final KindHost host;
    private final RunKind kind;
    private final SnapshotReader reader;
    private final RunMode mode;
    private final int jsonBytesMax;
    private final int documentBytesMax;
    private final RunCounters counters = new RunCounters();

    /** Records up to here are durable: at first what the opening found, which it has forced. */
    private final AtomicLong durable;

    RunsClient(
            KindHost host, RunKind kind, SnapshotReader reader, RunMode mode, int jsonBytesMax, int documentBytesMax) {
        this.host = host;
        this.kind = kind;
        this.reader = reader;
        this.mode = mode;
        this.jsonBytesMax = jsonBytesMax;
        this.documentBytesMax = documentBytesMax;
        this.durable = new AtomicLong(host.appendedOffset());
    }

    @Override
    public SaveResult save(String run, NewSnapshot snapshot, WriteOptions options) {
        long begin = System.nanoTime();
        try {
            SaveCall call = call(run, snapshot, options);
            while (true) {
                call.look();
                if (call.isSkippedAtOnce()) {
                    return skipped(call, begin);
                }
                try {
                    return result(run, call, host.commit(kind, call.command(), call.options()), begin);
                } catch (ConflictException e) {
                    retryOrThrow(call, e);
                }
            }
        } catch (RuntimeException e) {
            counters.failed();
            throw e;
        }
    }

    @Override
    public CompletableFuture<SaveResult> saveAsync(String run, NewSnapshot snapshot, WriteOptions options) {
        long begin = System.nanoTime();
        try {
            SaveCall call = call(run, snapshot, options.withAck(Ack.DURABLE));
            while (true) {
                call.look();
                if (call.isSkippedAtOnce()) {
                    return CompletableFuture.completedFuture(skipped(call, begin));
                }
                CompletableFuture<Receipt> receipt = host.commitAsync(kind, call.command(), call.options());
                Throwable refusal = refusal(receipt);
                if (refusal instanceof ConflictException conflict) {
                    retryOrThrow(call, conflict);
                } else {
                    return receipt.thenApply(durably -> result(run, call, durably, begin))
                            .whenComplete((saved, failure) -> {
                                if (failure != null) {
                                    counters.failed();
                                }
                            });
                }
            }
        } catch (CairnException e) {
            counters.failed();
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Why a commit was refused at once, null when it was not. */
    private static @Nullable Throwable refusal(CompletableFuture<Receipt> receipt) {
        if (!receipt.isCompletedExceptionally()) {
            return null;
        }
        return receipt.handle((ignored, failure) -> failure).join();
    }

    private SaveCall call(String run, NewSnapshot snapshot, WriteOptions options) {
        RunCommand.SaveWish wish = SaveRequest.of(run, snapshot, jsonBytesMax);
        return new SaveCall(reader, mode, documentBytesMax, wish, options, durable.get());
    }

    private void retryOrThrow(SaveCall call, ConflictException conflict) {
        if (!call.isMoved(conflict)) {
            throw conflict;
        }
        counters.retried();
    }

    private SaveResult result(String run, SaveCall call, Receipt receipt, long begin) {
        if (receipt.ack() == Ack.DURABLE) {
            durable.accumulateAndGet(receipt.offset(), Math::max);
        }
        if (call.isSkipped() && !receipt.replayed()) {
            return skipped(call, begin);
        }
        if (receipt.replayed()) {
            host.committed(receipt, new Event()); // says so if a repair gave it up
        }
        SnapshotInfo saved = SnapshotReader.info(run, reader.read(run, receipt.offset()));
        if (!receipt.replayed()) {
            call.saved(receipt.offset());
            counters.saved(saved, begin);
        }
        return new SaveResult(saved, receipt);
    }

    private SaveResult skipped(SaveCall call, long begin) {
        SnapshotInfo latest = call.latest();
        counters.skipped(begin);
        return new SaveResult(latest, null);
    }

    @Override
    public Optional<Snapshot> load(String run, String id) {
        return load(run, id, null);
    }

    @Override
    public Optional<Snapshot> loadAsOf(String run, String id, long offset) {
        return load(run, id, offset);
    }

    @Override
    public Optional<Snapshot> loadAsOf(String run, String id, Instant time) {
        return atTime(time, offset -> load(run, id, offset), run, id);
    }

    private Optional<Snapshot> load(String run, String id, @Nullable Long asOf) {
        check(run, id);
        long begin = System.nanoTime();
        try {
            Entity entity = new Entity();
            RunBody body = asOf == null ? reader.run(run, entity) : reader.runAsOf(run, asOf, entity);
            long offset = body == null ? -1 : reader.offset(run, body, id, asOf);
            if (offset < 0) {
                return Optional.empty();
            }
            SnapshotReader.Saved saved = reader.read(run, offset);
            byte[] state = reader.state(run, saved);
            if (body != null && offset == body.latest() && asOf == null) {
                reader.cache().put(run, offset, state);
            }
            counters.loaded(begin);
            return Optional.of(
                    new Snapshot(SnapshotReader.info(run, saved), new String(state, StandardCharsets.UTF_8)));
        } catch (RuntimeException e) {
            counters.failed();
            throw e;
        }
    }

    private static void check(String run, String id) {
        SnapshotKey.checkRun(run, RUN);
        if (!id.equals(LATEST)) {
            SnapshotKey.checkId(id, SNAPSHOT);
        }
    }

    private <T> Optional<T> atTime(Instant time, Function<Long, Optional<T>> read, String run, String id) {
        check(run, id);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : read.apply(offset);
    }

    @Override
    public SnapshotPage list(String run, long before, int limit) {
        return list(run, null, before, limit);
    }

    @Override
    public SnapshotPage listAsOf(String run, long offset, long before, int limit) {
        return list(run, offset, before, limit);
    }

    @Override
    public SnapshotPage listAsOf(String run, Instant time, long before, int limit) {
        return atTime(time, offset -> Optional.of(list(run, offset, before, limit)), run, LATEST)
                .orElseThrow(() -> new NotFoundException(RunKind.NAME, run));
    }

    private SnapshotPage list(String run, @Nullable Long asOf, long before, int limit) {
        SnapshotKey.checkRun(run, RUN);
        if (limit < 1 || limit > RunQuery.LIMIT_MAX) {
            throw new InvalidRequestException(
                    "expected a limit from 1 to " + RunQuery.LIMIT_MAX + ", was " + limit, "limit");
        }
        Entity entity = new Entity();
        RunBody body = asOf == null ? reader.run(run, entity) : reader.runAsOf(run, asOf, entity);
        if (body == null) {
            throw new NotFoundException(RunKind.NAME, run);
        }
        long at = before > body.latest() ? body.latest() : behind(run, body, before);
        List<SnapshotInfo> snapshots = new ArrayList<>();
        long bytes = 0;
        while (at >= body.first() && snapshots.size() < limit && bytes < PAGE_BYTES_MAX) {
            SnapshotReader.Saved saved = reader.readLeft(run, at, body.first());
            if (saved == null) {
                at = -1;
                break;
            }
            snapshots.add(SnapshotReader.info(run, saved));
            bytes += saved.event().payload.length();
            at = saved.payload().previous;
        }
        boolean more = at >= body.first() && !snapshots.isEmpty();
        return new SnapshotPage(
                snapshots, more ? snapshots.get(snapshots.size() - 1).offset() : -1);
    }

    /** The snapshot behind the one at {@code offset}, which a page ended with. */
    private long behind(String run, RunBody body, long offset) {
        if (offset < body.first()) {
            return -1; // of an earlier run of that id
        }
        try {
            return reader.read(run, offset).payload().previous;
        } catch (DamagedLogException e) {
            throw new InvalidRequestException(
                    "expected the offset of a snapshot of run " + run + ", was " + offset, "cursor");
        }
    }

    @Override
    public Optional<Run> get(String run) {
        Entity entity = new Entity();
        RunBody body = reader.run(SnapshotKey.checkRun(run, RUN), entity);
        return body == null ? Optional.empty() : Optional.of(body.toRun(run, entity));
    }

    @Override
    public Optional<Run> getAsOf(String run, long offset) {
        Entity entity = new Entity();
        RunBody body = reader.runAsOf(SnapshotKey.checkRun(run, RUN), offset, entity);
        if (body == null) {
            return Optional.empty();
        }
        entity.incomplete(entity.incomplete() || host.lostBetween(kind, null, run, body.first(), offset));
        return Optional.of(body.toRun(run, entity));
    }

    @Override
    public Optional<Run> getAsOf(String run, Instant time) {
        return atTime(time, offset -> getAsOf(run, offset), run, LATEST);
    }

    @Override
    public RunPage list(RunQuery query) {
        List<RowQuery.Condition> conditions = query.task() == null
                ? List.of()
                : List.of(new RowQuery.Condition.In(RunTable.TASK, List.of(Names.check(query.task(), "task"))));
        RowQuery.Page page = host.query(
                kind,
                new RowQuery(
                        conditions,
                        RunTable.UPDATED_AT,
                        true,
                        query.limit(),
                        query.cursor(),
                        query.minOffset(),
                        query.waitMax()));
        List<Run> runs = page.rows().stream()
                .map(row -> RunBody.read(row.entity().body()).toRun(row.key(), row.entity()))
                .toList();
        return new RunPage(runs, page.next(), page.projectionOffset());
    }

    @Override
    public List<LogRecord> history(String run, long before, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        return host.history(kind, null, SnapshotKey.checkRun(run, RUN), before, limit);
    }

    @Override
    public Receipt delete(String run, WriteOptions options) {
        return host.commit(kind, new RunCommand.Delete(SnapshotKey.checkRun(run, RUN)), options);
    }

    @Override
    public CompletableFuture<Receipt> deleteAsync(String run, WriteOptions options) {
        return host.commitAsync(kind, new RunCommand.Delete(SnapshotKey.checkRun(run, RUN)), options);
    }

    @Override
    public RunMetrics metrics() {
        return counters.metrics();
    }
}
