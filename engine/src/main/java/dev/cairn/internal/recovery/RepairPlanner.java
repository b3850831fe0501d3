package dev.cairn.internal.recovery;

import dev.cairn.Progress;
import dev.cairn.internal.recovery.RepairPlan.Found;
import dev.cairn.internal.recovery.RepairPlan.Put;
import dev.cairn.internal.recovery.RepairPlan.Verdict;
import dev.cairn.internal.recovery.RepairPlanDraft.Tail;
import dev.cairn.internal.segment.HeaderlessSegment;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentSalvage;
import dev.cairn.internal.segment.SegmentSalvager;
import dev.cairn.internal.segment.SegmentScan;
import dev.cairn.internal.segment.SegmentScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a log that may be damaged and says what can be saved, what cannot, and what is to be done. Reads each segment once,
 * in order, and keeps nothing of it but what is wrong: so memory stays flat. Behind what is lost also segments that were not asked for
 * are read, for who lost it. Changes nothing. The catalog says which file is which
 * segment, also where some lie in the places of others.
 *
 * <p>Threading: one instance for each plan, one thread.
 */
public final class RepairPlanner {
    private final LogDirectory directory;
    private final UUID installation;
    private final SegmentCatalog catalog;
    private final Evidence evidence;
    private final RepairScope scope;
    private final Progress progress;
    private final RepairPlanDraft draft;
    /** A file behind the last segment in which there is nothing; null for none. */
    private @Nullable NumberedFile empty;

    private TornTail tornTail = TornTail.NONE;

    public RepairPlanner(
            LogDirectory directory,
            UUID installation,
            SegmentCatalog catalog,
            Evidence evidence,
            RepairScope scope,
            Progress progress) {
        this.directory = directory;
        this.installation = installation;
        this.catalog = catalog;
        this.evidence = evidence;
        this.scope = scope;
        this.progress = progress;
        this.draft = new RepairPlanDraft(Math.min(evidence.durable(), scope.through()));
    }

    /**
     * Makes the plan.
     *
     * @param witnesses who may know of entities and operations that the log lost; asked only if it lost any
     * @param unfinished the account of a repair that was cut off, which this one is to finish; null for none
     * @throws IOException when a file cannot be read at all
     */
    public RepairPlan plan(List<StateWitness> witnesses, @Nullable RepairJournal unfinished) throws IOException {
        TreeMap<Integer, NumberedFile> files = new TreeMap<>();
        for (Segment segment : catalog.segments()) {
            files.put(segment.number(), new NumberedFile(segment.epoch(), segment.number(), segment.file()));
        }
        int lastListed = files.isEmpty() ? 0 : files.lastKey();
        for (NumberedFile file : catalog.places().files()) {
            if (!scope.isLive()
                    || file.number() <= lastListed) { // a writer has begun others since the catalog was made
                files.putIfAbsent(file.number(), file);
            }
        }
        Set<NumberedFile> onlyManifests = new HashSet<>(scope.isLive() ? List.of() : catalog.onlyManifests());
        onlyManifests.forEach(file -> files.putIfAbsent(file.number(), file));
        tornTail = TornTail.of(directory, installation, catalog, evidence, scope.isLive());
        int done = 0;
        for (NumberedFile file : files.values()) {
            progress.update("scan", done++, files.size());
            Segment segment = catalog.byNumber(file.number());
            if (tornTail.isSetAside(file.path())) {
                boolean tail = files.tailMap(file.number()).values().stream()
                        .allMatch(behind -> tornTail.isSetAside(behind.path()));
                draft.leave(file, tail ? Verdict.TORN : Verdict.ANOTHER);
            } else if (onlyManifests.contains(file)) {
                draft.replace(file, draft.lastOffset() + 1, Verdict.MISSING, List.of(), true);
            } else if (segment == null) {
                takeUnknown(file, files.higherKey(file.number()) == null);
            } else {
                takeMissingBefore(segment);
                take(segment, files.higherKey(file.number()) == null);
            }
        }
        progress.update("scan", done, files.size());
        takeMissingEnd();
        catalog.places().strays().forEach(draft::setAside);
        if (scope.isAll()) {
            catalog.unchained().forEach(draft::link);
        }
        boolean looksAtEnd = !scope.isLive() && scope.until() == Long.MAX_VALUE;
        if (looksAtEnd && evidence.isEndUnknown(draft.lastOffset(), draft.lastEpoch())) {
            draft.endUnknown();
        }
        if (scope.isAll()) {
            draft.account().giveUp(draft.account().gaps().unrecorded());
        }
        if (unfinished != null) {
            draft.account()
                    .giveUp(OffsetRange.intersection(
                            unfinished.lost(), draft.account().gaps().all()));
        }
        witnesses.forEach(this::ask);
        RepairPlan plan = draft.plan(installation);
        return unfinished == null ? plan : plan.finishing(unfinished);
    }

    /**
     * A file of the log that neither its header nor a manifest tells of. Where the header is damaged, records of the epoch that its
     * name bears, behind those before it, say that it is what its name says; where there are none it is another.
     */
    private void takeUnknown(NumberedFile file, boolean last) throws IOException {
        if (!Files.isRegularFile(file.path())) {
            if (canFollow(file)) {
                draft.replace(file, draft.lastOffset() + 1, Verdict.ANOTHER, List.of(), true);
            } else {
                draft.setAside(file);
            }
            return;
        }
        SegmentScan scan = new SegmentScanner(installation).scan(file, draft.lastOffset() + 1);
        boolean nothing = scan.highestOffset() < 0 && !(scan.verdict() instanceof SegmentScan.Verdict.Damaged);
        Verdict verdict = nothing && last ? Verdict.TORN : Verdict.ANOTHER;
        if (nothing && Files.exists(LogDirectory.manifestFile(file.path()))) {
            draft.replace(file, draft.lastOffset() + 1, Verdict.ANOTHER, List.of(), true); // it was sealed once
            return;
        }
        if (nothing) {
            draft.leave(file, verdict);
            empty = empty == null ? file : empty;
            return; // opening sets it aside, unless the segment behind it shows that it held something
        }
        if (scan.highestOffset() < 0 && !canFollow(file)) {
            draft.setAside(file);
            return;
        }
        if (takeWithoutHeader(file, scan.highestOffset())) {
            return;
        }
        long from = draft.lastOffset() + 1;
        List<OffsetRange> lost =
                scan.highestOffset() >= from ? List.of(new OffsetRange(from, scan.highestOffset())) : List.of();
        draft.replace(file, from, Verdict.ANOTHER, lost, true);
    }

    /** Whether a segment made in the place of {@code file} could follow the last one; before others there is always a place. */
    private boolean canFollow(NumberedFile file) {
        Segment newest = catalog.last();
        boolean behindAll = newest == null || file.number() > newest.number();
        return !behindAll || file.number() <= draft.lastNumber() + 1 && file.epoch() >= draft.lastEpoch();
    }

    private boolean takeWithoutHeader(NumberedFile file, long highest) throws IOException {
        if (file.epoch() < draft.lastEpoch() || catalog.places().hasHeader(file.path())) {
            return false;
        }
        Segment next = catalog.segments().stream()
                .filter(segment -> segment.number() > file.number())
                .findFirst()
                .orElse(null);
        long last = next == null ? highest : Math.min(highest, next.firstOffset() - 1);
        long expected = draft.lastOffset() + 1;
        HeaderlessSegment held = HeaderlessSegment.find(file, expected, last);
        if (held == null) {
            return false;
        }
        long from = held.firstOffset(expected);
        draft.account().begin(from);
        SegmentSalvage salvage = SegmentSalvager.salvage(HeaderlessSegment.subject(file, from, last), draft.account());
        List<OffsetRange> lost = salvage.lost();
        lost.forEach(draft.account()::lose);
        draft.durable(salvage.highestDurable());
        Found here = new Found(
                file.number(),
                file.epoch(),
                file.path(),
                file.path(),
                salvage.offsets(),
                salvage.records(),
                Verdict.DAMAGED,
                salvage.causes(),
                lost);
        draft.rewrite(here, salvage, from, last, next != null);
        return true;
    }

    private void takeMissingBefore(Segment segment) throws IOException {
        NumberedFile held = empty;
        empty = null;
        long from = draft.lastOffset() + 1;
        Tail last = draft.tail();
        if (last != null && last.endsAnywhere()) {
            long end = segment.lastOffsetBefore();
            if (from <= end) {
                draft.loseBehind(last, new OffsetRange(from, end));
            }
            return;
        }
        boolean first = draft.lastNumber() == 0;
        if (first ? segment.number() == 1 : segment.number() <= draft.lastNumber() + 1) {
            return;
        }
        if (from >= segment.firstOffset() && (!first || !segment.lost().isEmpty())) {
            return; // earlier repairs left no number here, and no offset is missing
        }
        long end = segment.lastOffsetBefore();
        List<OffsetRange> lost = from <= end ? List.of(new OffsetRange(from, end)) : List.of();
        int number = segment.number() - 1; // numbers may be left out where no offset is: before it, not behind it
        if (held != null) {
            draft.forget(held);
            if (held.number() == number) {
                draft.replace(held, from, Verdict.ANOTHER, lost, false);
                return;
            }
            draft.setAside(held);
        }
        int epoch = segment.epochOfMissingBefore(draft.lastEpoch());
        draft.replace(directory.segmentFile(epoch, number), from, Verdict.MISSING, lost, false);
    }

    private void take(Segment segment, boolean last) throws IOException {
        if (segment.isAnother()) {
            Path place = place(segment);
            Verdict verdict = Files.exists(place) ? Verdict.ANOTHER : Verdict.MISSING;
            NumberedFile file = new NumberedFile(segment.epoch(), segment.number(), place);
            draft.replaceKnown(file, segment.firstOffset(), verdict, offsets(segment), segment.lost());
        } else if (segment.isSealed()
                && !isMisplaced(segment)
                && !scope.touches(segment.firstOffset(), segment.lastOffset())) {
            draft.account().gaps().addRecorded(segment.lost());
            followLinks(segment);
            draft.durable(segment.lastOffset());
            draft.keep(found(segment, Verdict.SKIPPED, null, List.of()), segment.lastOffset());
        } else {
            salvage(segment, last);
        }
    }

    /**
     * Reads a sealed segment that need not be looked at for whose records are lost before it: nothing else says so. What is damaged in
     * it is told, and repaired, when it is asked for.
     */
    private void followLinks(Segment segment) throws IOException {
        if (draft.account().isAnythingLost()) {
            SegmentSalvager.salvage(subject(segment, null, false), draft.account()::link);
        }
    }

    private void salvage(Segment segment, boolean last) throws IOException {
        if (segment.isSealed()
                && segment.problem() == null
                && !isMisplaced(segment)
                && scope.from() > segment.firstOffset()) {
            SegmentSalvager.Subject part = SegmentSalvager.Subject.from(segment, scope.from());
            // Looked at before it is accounted: if it is not whole, all of the segment is accounted, and once.
            if (SegmentSalvager.salvage(part, frame -> {}).isWhole()) {
                draft.account().gaps().addRecorded(segment.lost());
                followLinks(segment);
                draft.account().begin(part.firstOffset());
                SegmentSalvage salvage = SegmentSalvager.salvage(part, draft.account());
                draft.durable(segment.lastOffset());
                draft.keep(found(segment, Verdict.WHOLE, salvage, List.of()), segment.lastOffset());
                return;
            }
        }
        draft.account().begin(segment.firstOffset());
        SegmentScan scan = segment.isSealed() || scope.isLive() ? null : scan(segment);
        SegmentSalvage salvage = SegmentSalvager.salvage(subject(segment, scan, last), draft.account());
        List<OffsetRange> lost = salvage.lost();
        lost.forEach(draft.account()::lose);
        draft.durable(segment.isSealed() ? segment.lastOffset() : salvage.highestDurable());
        OffsetRange offsets = salvage.offsets();
        long end = offsets == null ? segment.firstOffset() - 1 : offsets.last();
        Verdict verdict = verdict(segment, salvage, scan);
        Found here = found(segment, verdict, salvage, lost);
        if (verdict == Verdict.DAMAGED) {
            draft.rewrite(here, salvage, segment.firstOffset(), end, false);
            return;
        }
        draft.keep(here, salvage, segment.firstOffset(), end);
        if (verdict == Verdict.MISPLACED) {
            draft.repair(new Put(segment.number(), segment.epoch(), here.file(), here.liesAt(), segment.isSealed()));
        }
    }

    private SegmentScan scan(Segment segment) throws IOException {
        SegmentScan scan = new SegmentScanner(installation)
                .scan(new NumberedFile(segment.epoch(), segment.number(), segment.file()), segment.firstOffset());
        draft.durable(scan.highestDurable());
        return scan;
    }

    /** Where a segment ends that no manifest bounds: behind its last good record if a crash cut it off, else as far as is known. */
    private SegmentSalvager.Subject subject(Segment segment, @Nullable SegmentScan scan, boolean last)
            throws IOException {
        if (segment.isSealed() && segment.problem() != null) {
            return SegmentSalvager.Subject.withoutManifest(segment, installation);
        }
        SegmentSalvager.Subject subject = SegmentSalvager.Subject.of(segment);
        if (scan == null) {
            return segment.isSealed()
                    ? subject
                    : subject.ending(Math.min(segment.lastOffset(), scope.through()), Integer.MAX_VALUE);
        }
        Long end = tornTail.end(segment.file());
        if (end != null) {
            return subject.ending(end, Integer.MAX_VALUE);
        }
        long lastKnown = segment.isBounded() && !last ? segment.lastOffset() : scan.highestOffset();
        return subject.ending(Math.max(lastKnown, scan.lastOffset()), Integer.MAX_VALUE);
    }

    private Verdict verdict(Segment segment, SegmentSalvage salvage, @Nullable SegmentScan scan) {
        boolean damaged = scan != null && scan.verdict() instanceof SegmentScan.Verdict.Damaged;
        if (damaged || !salvage.isWhole() || segment.problem() != null) {
            return Verdict.DAMAGED;
        }
        if (isMisplaced(segment)) {
            return Verdict.MISPLACED;
        }
        if (scan == null) {
            return Verdict.WHOLE;
        }
        return scan.verdict() instanceof SegmentScan.Verdict.Torn ? Verdict.TORN : Verdict.UNSEALED;
    }

    private boolean isMisplaced(Segment segment) {
        return catalog.places().isMisplaced(segment.number());
    }

    private Path place(Segment segment) {
        return catalog.places().place(new NumberedFile(segment.epoch(), segment.number(), segment.file()));
    }

    private Found found(Segment segment, Verdict verdict, @Nullable SegmentSalvage salvage, List<OffsetRange> lost) {
        OffsetRange offsets = salvage != null ? salvage.offsets() : offsets(segment);
        return new Found(
                segment.number(),
                segment.epoch(),
                place(segment),
                segment.file(),
                offsets,
                salvage == null ? 0 : salvage.records(),
                verdict,
                salvage == null ? List.of() : salvage.causes(),
                lost);
    }

    private static @Nullable OffsetRange offsets(Segment segment) {
        return segment.lastOffset() < segment.firstOffset()
                ? null
                : new OffsetRange(segment.firstOffset(), segment.lastOffset());
    }

    /** Records that were durable may be missing behind the last segment: then that one is to tell of them. */
    private void takeMissingEnd() {
        LastRecord end = draft.account().last();
        // The marker of a writer that has closed meanwhile is about more than was listed.
        boolean ends = end.offset() == draft.lastOffset(); // else its last record is lost, or was not looked at
        if (!scope.isLive() && (ends || end.offset() < 0 || scope.isAll())) {
            draft.durable(evidence.clean().durableWhere(ends ? end.epoch() : 0, ends ? end.checksum() : 0));
        }
        long from = draft.lastOffset() + 1;
        if (from > draft.durable() || scope.until() != Long.MAX_VALUE) {
            return;
        }
        OffsetRange missing = new OffsetRange(from, draft.durable());
        Tail last = draft.tail();
        if (last == null) {
            int epoch = Math.max(1, Math.max(draft.lastEpoch(), evidence.epoch()));
            NumberedFile file = directory.segmentFile(epoch, draft.lastNumber() + 1);
            draft.replace(file, from, Verdict.MISSING, List.of(missing), false);
            return;
        }
        draft.loseBehind(last, missing);
    }

    /** Others may remember entities whose newest record is lost, and operations. */
    private void ask(StateWitness witness) {
        if (!draft.account().isAnythingLost()) {
            return;
        }
        try {
            witness.tell(draft.account().names());
        } catch (IOException e) {
            progress.update(witness.name(), 0, 0); // damaged too
        }
    }
}
