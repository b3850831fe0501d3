package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.CairnOptions;
import dev.cairn.ForbiddenException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.checkpoint.CheckpointPosition;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.commit.RefusalMemory;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.read.HeaderSearch;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.read.Losses;
import dev.cairn.internal.read.Positions;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks looked up one by one in a directory at rest or in use, without building the state: for a tool that wants one answer
 * and is gone.
 *
 * <p>Threading: any thread.
 */
public final class TaskSearch {
    /** Records of a task that are read, at most, to see whether some were lost: a second's work, and few tasks have more. */
    private static final int CHECKED_RECORDS_MAX = 100_000;

    private TaskSearch() {}

    /** The tasks of {@code files}: reading single ones and their history; everything else is refused. */
    public static Tasks of(ReadOnlyLog files) {
        Registry registry = new Registry(CairnOptions.defaults());
        LogEnds ends = new LogOpening.Ends(files);
        HeaderSearch.Checkpointed checkpoint = checkpoint(files);
        SearchLosses losses = new SearchLosses(files, registry.kinds.all());
        EntityReaders readers = new EntityReaders(
                () -> new EntityReader(
                        registry.kinds,
                        new HeaderSearch(checkpoint, files.cursor(), files::through, losses::passedOver),
                        files.catalog(),
                        files::through),
                losses,
                CHECKED_RECORDS_MAX);
        UnrecordedLosses.in(files.catalog(), readers, registry.kinds.byId(KindIds.SYSTEM), losses::holes)
                .forEach(losses::passedOver);
        Refusals refusals = new Refusals();
        return registry.task.client(new EngineKindHost(
                refusals,
                readers,
                ends,
                new Positions(files.catalog(), ends, CairnOptions.defaults().clock()),
                refusals,
                refusals,
                new RefusalMemory(),
                CairnOptions.defaults().clock()));
    }

    /** Readers of the records of entities that were found already. */
    public static EntityReaders records(ReadOnlyLog files) {
        Kinds kinds = LogOpening.kinds();
        return new EntityReaders(
                () -> new EntityReader(kinds, (key, into) -> false, files.catalog(), files::through),
                Losses.none(),
                CHECKED_RECORDS_MAX);
    }

    private static HeaderSearch.Checkpointed checkpoint(ReadOnlyLog files) {
        Path file = CheckpointFile.path(files.directory());
        @Nullable CheckpointPosition position = StateCheckpoint.position(file);
        if (position == null
                || !position.installation().equals(files.identity().installation())
                || CheckpointFile.objection(files.catalog(), position, files.through()) != null) {
            return new Nothing();
        }
        return new InFile(file, position.offset());
    }

    private record InFile(Path file, long offset) implements HeaderSearch.Checkpointed {
        @Override
        public boolean get(ByteSlab stateKey, ByteSlab into) {
            try {
                return StateCheckpoint.find(file, stateKey, into);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Nothing() implements HeaderSearch.Checkpointed {
        @Override
        public long offset() {
            return -1;
        }

        @Override
        public boolean get(ByteSlab stateKey, ByteSlab into) {
            return false;
        }
    }

    /** Refuses what a search cannot do. */
    private static final class Refusals implements EngineKindHost.Writes, EngineKindHost.Changes, EngineKindHost.Rows {
        @Override
        public Receipt commit(Kind kind, Command command, WriteOptions options) {
            throw new ForbiddenException("expected a directory that is open for writing, was a search");
        }

        @Override
        public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
            return CompletableFuture.failedFuture(
                    new ForbiddenException("expected a directory that is open for writing, was a search"));
        }

        @Override
        public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
            return receipt;
        }

        @Override
        public <T extends @Nullable Object> T still(Supplier<T> work) {
            throw new ForbiddenException("expected an open directory, was a search");
        }

        @Override
        public List<Receipt> commitAtomic(List<BatchItem> items, @Nullable Ack ack) {
            throw new ForbiddenException("expected a directory that is open for writing, was a search");
        }

        @Override
        public boolean await(BooleanSupplier condition, long deadlineNanos) {
            return condition.getAsBoolean();
        }

        @Override
        public RowQuery.Page query(Kind kind, RowQuery query) {
            throw new NotReadyException("expected a projection, was a search");
        }

        @Override
        public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
            throw new NotReadyException("expected a projection, was a search");
        }

        @Override
        public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
            throw new NotReadyException("expected a projection, was a search");
        }
    }
}
