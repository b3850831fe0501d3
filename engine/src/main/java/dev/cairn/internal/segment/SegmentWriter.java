package dev.cairn.internal.segment;

import dev.cairn.OutOfSpaceException;
import dev.cairn.TooLargeException;
import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.codec.SegmentHeader;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log as one opening writes it: appends documents, moves on to the next segment, forces, and seals what is left behind.
 *
 * <h2>Who does what</h2>
 *
 * The caller's thread only ever copies a document into mapped memory that has disk blocks. Whatever touches a file (opening
 * the queue, beginning a segment, preparing the next, sealing the last) is done by two threads of our own, as an interrupt
 * of a caller would close the channel it is in. Beginning a segment is waited for; it is short, as the file is there.
 *
 * <p>Threading: append lock held, except {@link #force} (force thread) and {@link #backgroundFailure} (any thread).
 */
@SuppressWarnings("FutureReturnValueIgnored") // kept in fields, awaited where what they made is needed
public final class SegmentWriter implements AutoCloseable {
    private static final long SEAL_RETRY_MILLIS = 1_000;

    private final LogDirectory directory;
    private final Path epochDirectory;
    private final int epoch;
    private final SegmentOptions options;
    private final Geometry geometry;
    private final LongSupplier clockMicros;
    private final SegmentCatalog catalog;
    private final SegmentSealer sealer;

    private final ExecutorService roller = Uninterruptibly.thread("cairn-segment-roll");
    private final ScheduledExecutorService keeper = Uninterruptibly.thread("cairn-segment-keep");
    private final ByteBuffer header =
            ByteBuffer.allocateDirect(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ArrayDeque<ActiveSegment> unforced = new ArrayDeque<>();
    /** Where the first segment of an opening is certain enough not to be the only one; later ones are prepared at once. */
    private final int prepareAtPosition;

    private @Nullable Future<QueueAppender> opening;
    private @Nullable QueueAppender queue;
    private @Nullable Future<Path> prepared;
    private @Nullable ActiveSegment active;
    private int number;
    private long nextOffset;
    private @Nullable Throwable failure;
    private volatile @Nullable Throwable backgroundFailure;
    private volatile @Nullable Throwable sealingDelayed;
    /** Forced to the end and to be sealed, oldest first; of the keeper's thread. */
    private final ArrayDeque<ActiveSegment> unsealed = new ArrayDeque<>();

    private boolean closed;

    private SegmentWriter(
            LogDirectory directory,
            int epoch,
            long firstOffset,
            SegmentOptions options,
            SegmentCatalog catalog,
            LongSupplier clockMicros)
            throws IOException {
        this.directory = directory;
        this.epochDirectory = directory.epochDirectory(epoch);
        this.epoch = epoch;
        this.options = options;
        this.geometry = Geometry.of(options);
        this.clockMicros = clockMicros;
        this.catalog = catalog;
        this.sealer = new SegmentSealer(catalog);
        this.nextOffset = firstOffset;
        this.number = directory.highestNumber();
        this.prepareAtPosition = geometry.reservedBytes() / 4;
        openQueue();
        prepareNext();
    }

    /**
     * Begins an epoch. Returns at once: queue and first segment are made in the background.
     *
     * @param epoch the new epoch, which has no directory yet
     * @param firstOffset the offset of its first record
     * @param catalog all segments before, sealed or bounded; the writer adds its own
     * @param clockMicros microseconds since 1970, for the header of each segment
     */
    public static SegmentWriter open(
            LogDirectory directory,
            int epoch,
            long firstOffset,
            SegmentOptions options,
            SegmentCatalog catalog,
            LongSupplier clockMicros)
            throws IOException {
        Leftovers.clear(directory, epoch);
        Disk.createDirectories(directory.epochDirectory(epoch));
        FileEnvelope.forceDirectory(directory.logDirectory());
        FileEnvelope.forceDirectory(directory.root());
        return new SegmentWriter(directory, epoch, firstOffset, options, catalog, clockMicros);
    }

    private Future<QueueAppender> openQueue() {
        int before = number;
        Future<QueueAppender> submitted = roller.submit(() -> QueueAppender.open(epochDirectory, before, geometry));
        opening = submitted;
        return submitted;
    }

    /**
     * Makes sure that a document can be appended: goes on to the next segment if the current one is full.
     *
     * @param documentBytes its length
     * @throws TooLargeException when it is above {@link SegmentOptions#documentBytesMax}
     * @throws OutOfSpaceException when the disk has no room for the next segment; nothing was written, try again later
     */
    public void ensureRoom(int documentBytes) {
        ActiveSegment current = active;
        if (current == null || current.isFull(documentBytes, geometry, options.segmentRecordsMax())) {
            requireUsable();
            awaitPrepared();
            roll();
        }
        if (documentBytes > options.documentBytesMax()) {
            throw new TooLargeException("document", options.documentBytesMax(), documentBytes);
        }
    }

    /**
     * Appends one document, for which {@link #ensureRoom} was called. Whatever this throws leaves the log in an unknown state:
     * the caller must stop for good.
     *
     * @param document a direct buffer that holds the document from index 0
     * @param length its bytes
     * @param firstOffset the offset of its first record
     * @param count its records
     */
    public void append(ByteBuffer document, int length, long firstOffset, int count) {
        ActiveSegment current = active;
        QueueAppender appender = queue;
        if (current == null
                || appender == null
                || firstOffset != nextOffset
                || !geometry.fits(current.position(), length)) {
            throw new IllegalStateException("expected room and offset " + nextOffset + ", was a document of " + length
                    + " bytes from " + firstOffset);
        }
        boolean interrupted = Thread.interrupted();
        try {
            appender.append(document, length);
            current.appended(appender.appendedAt(current.position(), length), length, firstOffset, count);
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        nextOffset = firstOffset + count;
        if (prepared == null && current.position() >= prepareAtPosition) {
            prepareNext();
        }
    }

    private Future<Path> prepareNext() {
        Path file = LogDirectory.preparedFile(epochDirectory, number + 1);
        Future<Path> submitted = keeper.submit(() -> {
            Preallocation.create(file, geometry.reservedBytes(), geometry.fileBytes());
            return file;
        });
        prepared = submitted;
        return submitted;
    }

    private void awaitPrepared() {
        if (failedBefore(opening)) {
            opening = null;
        }
        if (failedBefore(prepared)) {
            prepared = null;
        }
        try {
            if (queue == null) {
                queue = Uninterruptibly.get(opening == null ? openQueue() : opening);
            }
            Uninterruptibly.get(prepared == null ? prepareNext() : prepared);
        } catch (OutOfSpaceException e) {
            retryLater();
            throw new OutOfSpaceException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            retryLater();
            throw new UncheckedIOException(
                    epochDirectory + ": the next segment cannot be prepared: " + e.getMessage(), e);
        } catch (Exception e) {
            failure = e;
            throw new IllegalStateException(epochDirectory + ": the next segment cannot be prepared", e);
        }
    }

    /** Whether what was begun in the background has failed: perhaps there is room by now. */
    private static boolean failedBefore(@Nullable Future<?> begun) {
        if (begun == null || !begun.isDone()) {
            return false;
        }
        try {
            Uninterruptibly.get(begun);
            return false;
        } catch (Exception e) {
            return true;
        }
    }

    /** The next attempt starts over with what failed. */
    private void retryLater() {
        prepared = null;
        opening = null;
    }

    private void roll() {
        ActiveSegment before = active;
        SegmentHeader begin = new SegmentHeader(
                catalog.installation(), epoch, number + 1, nextOffset, clockMicros.getAsLong(), sealer.lastHash());
        begin.encode(header, 0);
        ActiveSegment begun;
        try {
            begun = Uninterruptibly.call(roller, () -> beginSegment(begin));
        } catch (Throwable e) {
            failure = e;
            throw new IllegalStateException(epochDirectory + ": segment " + begin.number() + " cannot be begun", e);
        }
        if (before != null) {
            before.end(nextOffset - 1);
        }
        number++;
        prepared = null;
        active = begun;
        unforced.add(begun);
        catalog.add(begun.segment());
        if (before != null) {
            prepareNext();
        }
        keeper.schedule(begun::grewOld, options.segmentAgeMax().toMillis(), TimeUnit.MILLISECONDS);
    }

    private ActiveSegment beginSegment(SegmentHeader begin) throws IOException {
        QueueAppender appender = queue;
        if (appender == null) {
            throw new IllegalStateException("expected an open queue, was none");
        }
        appender.begin(begin.number(), header, SegmentHeader.BYTES);
        Path file = LogDirectory.segmentFile(epochDirectory, begin.number());
        return ActiveSegment.open(file, begin, geometry.reservedBytes());
    }

    /** What a force must cover to make everything appended so far durable, or null when nothing was appended yet. */
    public @Nullable ForceTarget takeTarget() {
        ActiveSegment current = active;
        if (current == null) {
            return null;
        }
        while (unforced.getFirst().isForcedToEnd()) {
            unforced.removeFirst();
        }
        return new ForceTarget(unforced.toArray(new ActiveSegment[0]), nextOffset - 1, current.position());
    }

    /**
     * Forces the segments of {@code target} in order. When this returns every record up to {@link ForceTarget#lastOffset} is
     * on disk; when it throws, nothing is known and nothing may be acknowledged any more.
     */
    public void force(ForceTarget target) throws IOException {
        ActiveSegment[] segments = target.segments();
        for (int i = 0; i < segments.length; i++) {
            segments[i].force();
            if (i + 1 < segments.length) {
                ActiveSegment ended = segments[i];
                ended.markForcedToEnd();
                keeper.execute(() -> finish(ended));
            }
        }
    }

    private void finish(ActiveSegment ended) {
        unsealed.add(ended);
        sealEnded();
    }

    /** Seals in order, as each manifest continues the one before; a full disk is tried again, all else is for the next opening. */
    private void sealEnded() {
        try {
            while (!unsealed.isEmpty() && backgroundFailure == null) {
                unsealed.getFirst().finish(sealer);
                unsealed.removeFirst();
            }
            sealingDelayed = null;
        } catch (IOException e) {
            if (Disk.isFull(e) && !keeper.isShutdown()) {
                sealingDelayed = e;
                keeper.schedule(this::sealEnded, SEAL_RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                backgroundFailure = e;
            }
        } catch (RuntimeException | Error e) {
            backgroundFailure = e;
        }
    }

    /** Why segments are no longer sealed, or null. Writing goes on; the next opening looks at the unsealed ones. */
    public @Nullable Throwable backgroundFailure() {
        Throwable failed = backgroundFailure;
        return failed == null ? sealingDelayed : failed;
    }

    /** Offset of the next record. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Number of the current segment, or of the last one of an earlier epoch. */
    public int segment() {
        return number;
    }

    private void requireUsable() {
        if (closed || failure != null) {
            throw new IllegalStateException("expected an open log, was one that is closed or failed", failure);
        }
    }

    /**
     * Forces and seals the last segment, and removes what was prepared and not used. After a failed append, force or roll
     * nothing is sealed: the next opening looks at the bytes.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closeBoth();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(epochDirectory + ": cannot be closed", e);
        } finally {
            Uninterruptibly.shutdown(roller);
            Uninterruptibly.shutdown(keeper);
        }
    }

    private void closeBoth() throws Exception {
        try {
            Uninterruptibly.call(roller, this::closeQueue);
        } finally {
            Uninterruptibly.call(keeper, this::closeSegments);
        }
    }

    /** Closes without forcing or sealing anything more, as after a failed force. */
    public void abandon() throws IOException {
        if (failure == null) {
            failure = new IllegalStateException("abandoned");
        }
        close();
    }

    private @Nullable Void closeQueue() throws Exception {
        QueueAppender opened = queue == null ? openedUnused() : queue;
        if (opened != null) {
            opened.close();
        }
        return null;
    }

    private @Nullable QueueAppender openedUnused() {
        Future<QueueAppender> unused = opening;
        try {
            return unused == null ? null : Uninterruptibly.get(unused);
        } catch (Exception e) {
            return null;
        }
    }

    private @Nullable Void closeSegments() throws IOException {
        sealEnded();
        boolean clean = failure == null && backgroundFailure == null && unsealed.isEmpty();
        try {
            for (ActiveSegment segment : unforced) {
                if (clean && !segment.isForcedToEnd()) {
                    segment.force();
                    if (segment == active) {
                        segment.end(nextOffset - 1);
                    }
                    segment.finish(sealer);
                }
            }
        } finally {
            abandonAll(unforced);
            abandonAll(unsealed);
        }
        removeUnused();
        return null;
    }

    private void removeUnused() throws IOException {
        Disk.deleteIfExists(LogDirectory.preparedFile(epochDirectory, number + 1));
        Disk.deleteIfExists(epochDirectory.resolve(LogDirectory.QUEUE_METADATA));
        if (active == null) {
            Disk.deleteIfExists(epochDirectory);
            FileEnvelope.forceDirectory(directory.logDirectory());
        } else {
            FileEnvelope.forceDirectory(epochDirectory);
        }
    }

    /** Closes the channels that are still open. */
    private static void abandonAll(Collection<ActiveSegment> segments) throws IOException {
        for (ActiveSegment segment : segments) {
            segment.abandon();
        }
    }

    UUID installation() {
        return catalog.installation();
    }
}
