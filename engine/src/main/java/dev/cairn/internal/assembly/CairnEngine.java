package dev.cairn.internal.assembly;

import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.EngineMetrics;
import dev.cairn.Health;
import dev.cairn.NotReadyException;
import dev.cairn.OperationOutcome;
import dev.cairn.Progress;
import dev.cairn.StateRoot;
import dev.cairn.Watermarks;
import dev.cairn.consumer.Consumers;
import dev.cairn.context.ContextModule;
import dev.cairn.context.Contexts;
import dev.cairn.decision.Decisions;
import dev.cairn.entity.Entities;
import dev.cairn.imports.Imports;
import dev.cairn.internal.commit.RefusalMemory;
import dev.cairn.internal.jvm.JvmAccess;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.read.LogService;
import dev.cairn.internal.read.Positions;
import dev.cairn.internal.read.RecentRecords;
import dev.cairn.internal.read.StateDigest;
import dev.cairn.internal.segment.SegmentOptions;
import dev.cairn.lease.Leases;
import dev.cairn.log.Log;
import dev.cairn.run.Runs;
import dev.cairn.session.Sessions;
import dev.cairn.task.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * An open engine: the façade's methods, each handed to the part that does it.
 *
 * <p>Threading: any thread.
 */
public final class CairnEngine implements Cairn {
    private final OpenLog log;
    private final LogEnds ends;
    private final WriteSide writes;
    private final ProjectionSide projection;
    private final RecentRecords recent;
    private final Positions positions;
    private final LogService logService;
    private final Tasks tasks;
    private final Leases leases;
    private final Imports imports;
    private final Decisions decisions;
    private final Sessions sessions;
    private final Runs runs;
    private final Entities entities;
    private final Consumers consumers;
    private final Contexts contexts;
    private final OperationOutcomes outcomes;
    private final Owned services = new Owned();
    private final AutoCloseable owned;
    private volatile boolean closed;

    /**
     * @param refusals of this opening
     * @param owned closes, in order, everything that was opened; writes and projection included
     */
    CairnEngine(
            OpenLog log,
            LogEnds ends,
            WriteSide writes,
            ProjectionSide projection,
            EngineKindHost.Changes changes,
            RefusalMemory refusals,
            RecentRecords recent,
            AutoCloseable owned) {
        this.log = log;
        this.ends = ends;
        this.writes = writes;
        this.projection = projection;
        this.owned = owned;
        this.recent = recent;
        this.positions = new Positions(log.catalog(), ends, log.options().clock(), recent);
        EntityReaders readers = log.readers();
        EngineKindHost host = new EngineKindHost(
                writes,
                readers,
                ends,
                positions,
                changes,
                projection,
                refusals,
                log.options().clock());
        this.logService = new LogService(log.registry().kinds, log.catalog(), ends, positions, recent, host);
        this.tasks = log.registry().task.client(host);
        this.leases = log.registry().lease.client(host);
        this.imports = log.registry().imports.client(host);
        this.decisions = log.registry().decision.client(host);
        this.sessions = log.registry().session.client(host);
        CairnOptions options = log.options();
        this.runs = log.registry()
                .run
                .client(
                        host,
                        options.runMode(),
                        SegmentOptions.ofSegmentBytes(options.segmentBytesMax()).documentBytesMax());
        this.entities = log.registry().entity.client(host);
        this.consumers = log.registry()
                .consumer
                .client(host)
                .over(logService, new ConsumerEnds(ends, positions), options.clock());
        this.contexts = log.registry()
                .context
                .client(host)
                .with(new ContextModule.Sources(tasks, leases, decisions, sessions, runs));
        this.outcomes = new OperationOutcomes(log, ends, writes::failure);
        if (!options.readOnly()) {
            startServices(host);
        }
    }

    private void startServices(EngineKindHost host) {
        try {
            log.registry().start(host, services);
        } catch (RuntimeException | Error e) {
            services.close(); // what is owned is closed by whoever opens
            throw e;
        }
    }

    /** Opens as {@code options} say; see {@link Cairn#open(Path, CairnOptions)}. */
    public static Cairn open(Path directory, CairnOptions options) {
        JvmAccess.open(); // before any class below makes its logger: it also quietens that
        return options.readOnly() ? ReadOnlyOpening.open(directory, options) : WriterOpening.open(directory, options);
    }

    @Override
    public Tasks tasks() {
        return opened(tasks);
    }

    @Override
    public Leases leases() {
        return opened(leases);
    }

    @Override
    public Log log() {
        return opened(logService);
    }

    @Override
    public Imports imports() {
        return opened(imports);
    }

    @Override
    public Decisions decisions() {
        return opened(decisions);
    }

    @Override
    public Sessions sessions() {
        return opened(sessions);
    }

    @Override
    public Runs runs() {
        return opened(runs);
    }

    @Override
    public Entities entities() {
        return opened(entities);
    }

    @Override
    public Consumers consumers() {
        return opened(consumers);
    }

    @Override
    public Contexts contexts() {
        return opened(contexts);
    }

    @Override
    public Batch batch() {
        return opened(new BatchBuilder(writes));
    }

    private <T> T opened(T part) {
        if (closed) {
            throw new NotReadyException("the engine is closed");
        }
        return part;
    }

    @Override
    public OperationOutcome operation(String id) {
        opened(log);
        return outcomes.of(id);
    }

    @Override
    public Watermarks watermarks() {
        opened(log);
        return new Watermarks(
                writes.epoch(),
                positions.startOffset(),
                ends.endOffset(),
                ends.durableOffset(),
                projection.offset(),
                log.catalog().segments().size(),
                writes.frameBytes());
    }

    @Override
    public StateRoot stateRoot() {
        opened(log);
        return writes.still(() -> {
            StateDigest digest = new StateDigest(log.registry().kinds);
            digest.addAll(log.store(), log.newReader());
            return new StateRoot(ends.appendedOffset(), digest.hex());
        });
    }

    @Override
    public StateRoot projectionRoot(long minOffset, Duration waitMax) {
        return opened(projection).root(minOffset, waitMax);
    }

    @Override
    public void rebuildProjection(Progress progress) {
        opened(projection).rebuild(progress);
    }

    @Override
    public void sync() {
        opened(writes).sync();
    }

    @Override
    public Health health() {
        return closed ? new Health(false, java.util.List.of("closed"), java.util.List.of()) : writes.health();
    }

    @Override
    public EngineMetrics metrics() {
        return writes.metrics()
                .withReads(recent.hits(), recent.misses(), logService.subscriptions(), logService.subscriptionLag());
    }

    @Override
    public UUID installation() {
        return log.identity().installation();
    }

    @Override
    public Path directory() {
        return log.directory().root();
    }

    @Override
    public CairnOptions options() {
        return log.options();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        logService.close();
        services.close();
        try {
            owned.close();
        } catch (Exception e) {
            throw new IllegalStateException("expected the engine to close, was " + e, e);
        }
    }
}
