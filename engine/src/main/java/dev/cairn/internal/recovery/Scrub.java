package dev.cairn.internal.recovery;

import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.read.KnownLosses;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.OffsetSet;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentSalvage;
import dev.cairn.internal.segment.SegmentSalvager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the sealed segments through once after an opening, in the background: opening takes them at their manifest's word, and
 * damage in records that nobody asks for would otherwise stay unknown until the day somebody does.
 *
 * <p>Threading: its own thread; {@link #close} from any.
 */
public final class Scrub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    private final Path root;
    private final List<Segment> segments;
    private final OffsetSet unrecorded = new OffsetSet();
    private final KnownLosses losses;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param root the data directory
     * @param segments those are read of which it is known where they end
     * @param unrecorded gaps that are as good as damage, which is told already; whose records were there is not
     * @param losses is told of what cannot be read
     */
    public Scrub(Path root, List<Segment> segments, List<OffsetRange> unrecorded, KnownLosses losses) {
        this.root = root;
        this.segments = segments.stream().filter(Segment::isBounded).toList();
        this.unrecorded.addAll(unrecorded);
        this.losses = losses;
        this.thread = new Thread(this::run, "cairn-scrub");
        thread.setDaemon(true);
    }

    public Scrub start() {
        thread.start();
        return this;
    }

    private void run() {
        LossAccount account = new LossAccount();
        Damages damages = new Damages(root);
        int damaged = 0;
        for (Segment segment : segments) {
            if (closed) {
                return;
            }
            try {
                damaged += scrub(segment, account, damages) ? 1 : 0;
            } catch (IOException | UncheckedIOException e) {
                damaged++;
                damages.add(
                        segment.file(),
                        0,
                        segment.firstOffset(),
                        "expected to read it through, was " + DiskFailure.describe(e));
                LOG.warn("{}: expected to read it through, was {}", segment.file(), e.toString());
            }
        }
        account.giveUp(unrecorded.list());
        Set<EntityId> entities = new HashSet<>();
        account.names().entities().forEach(lost -> entities.add(lost.id()));
        if (damaged > 0) {
            losses.state(
                    account.lost(),
                    entities,
                    RepairPlan.counted(damaged, "damaged segment") + ": " + damages.describe());
        } else if (!unrecorded.isEmpty()) {
            losses.state(entities);
        }
    }

    private boolean scrub(Segment segment, LossAccount account, Damages damages) throws IOException {
        if (segment.isAnother()) {
            damages.add(segment.file(), 0, segment.firstOffset(), String.valueOf(segment.problem()));
            LOG.warn("{}, offset {}: {}", segment.file(), segment.firstOffset(), segment.problem());
            if (segment.lastOffset() >= segment.firstOffset()) {
                account.lose(new OffsetRange(segment.firstOffset(), segment.lastOffset()));
            }
            return true;
        }
        account.begin(segment.firstOffset());
        SegmentSalvage salvage = SegmentSalvager.salvage(SegmentSalvager.Subject.of(segment), account);
        salvage.lost().forEach(account::lose);
        if (segment.isSealed()) { // a repair was cut off before it wrote the manifest that tells of them
            unrecorded.addAll(OffsetRange.minus(salvage.gaps(), segment.lost()));
        }
        for (SegmentSalvage.Damage damage : salvage.causes()) {
            damages.add(segment.file(), damage.position(), damage.offset(), damage.why());
            LOG.warn("{} at byte {}, offset {}: {}", segment.file(), damage.position(), damage.offset(), damage.why());
        }
        if (salvage.causes().isEmpty() && !salvage.isWhole()) {
            long missing = salvage.lost().isEmpty()
                    ? segment.firstOffset()
                    : salvage.lost().get(0).first();
            damages.add(segment.file(), 0, missing, "expected more records, was the end of the segment");
        }
        return !salvage.isWhole();
    }

    /** Stops at the end of the segment at hand. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
