package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.harness.PowerCutHistory;
import dev.cairn.harness.SampleWrites;
import dev.cairn.harness.Trials;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.internal.recovery.Evidence;
import dev.cairn.internal.recovery.RecoveryPlan;
import dev.cairn.internal.recovery.RecoveryPlanner;
import dev.cairn.internal.segment.PageMix.MixedSegment;
import dev.cairn.internal.segment.PageMix.Place;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power on paper: mixes the pages of what was forced with those of what came after, and recovers from each mixture.
 *
 * <p>Each must give every durable record, then as many of the accepted ones as stand unbroken behind, and nothing else. In one
 * mixture of five a page that was forced is lost as well: that must be refused, and named. A mixture in hundreds is refused
 * though it need not be: where so little of a document is missing that it may as well be damage ({@link
 * PageMix#looksLikeDamage}).
 */
class PageMixTest {
    private static final int IMAGES_OF_ONE_RUN = 50;
    private static final int WHOLE_OPENING_EVERY = 8;
    private static final int FORCED_PAGE_LOST_EVERY = 5;
    private static final int LOOK_EVERY = 3;
    private static final CairnOptions READ_ONLY =
            CairnOptions.builder().readOnly(true).projection(false).build();

    @TempDir
    Path temporary;

    private long kept;
    private long cut;
    private long refused;
    private long taken;

    @Test
    void shouldKeepAHoleFreePrefixWhateverPagesReachedTheDisk() {
        long runs = Trials.of("page mix, " + IMAGES_OF_ONE_RUN + " images of a run", 10)
                .run(this::tryRun);
        System.out.printf(
                "page mix: %,d images; accepted records kept %,d, cut %,d; forced pages lost and refused %,d; taken for"
                        + " damage %,d%n",
                runs * IMAGES_OF_ONE_RUN, kept, cut, refused, taken);
    }

    private void tryRun(Random random) throws IOException {
        Path directory = temporary.resolve("run");
        try (PowerCutHistory history = PowerCutHistory.make(directory, random)) {
            for (int i = 0; i < IMAGES_OF_ONE_RUN; i++) {
                tryImage(i, history, random);
            }
        } finally {
            delete(directory);
        }
    }

    private void tryImage(int number, PowerCutHistory history, Random random) throws IOException {
        Path directory = temporary.resolve("image");
        PageMix mix = new PageMix(history, random);
        MixedSegment damaged = number % FORCED_PAGE_LOST_EVERY == 0 ? loseForcedPage(mix, history, random) : null;
        mix.write(directory);
        try {
            if (damaged != null) {
                requireRefusal(directory, damaged, mix);
            } else {
                if (number % LOOK_EVERY == 0) {
                    requireNothingToRepair(directory, mix);
                }
                if (number % WHOLE_OPENING_EVERY == 0) {
                    open(directory, mix, history);
                } else {
                    plan(directory, mix, history);
                }
            }
        } catch (DamagedLogException e) {
            if (!mix.looksLikeDamage()) {
                throw new AssertionError(mix + ": " + e, e);
            }
            taken++;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(mix + ": " + e, e);
        } finally {
            delete(directory);
        }
    }

    /** What a power cut leaves is nothing to be alarmed about, whoever looks. */
    private static void requireNothingToRepair(Path directory, PageMix mix) {
        if (mix.looksLikeDamage()) {
            return;
        }
        Verification verified = Verification.of(directory, false, Progress.NONE);
        assertThat(verified.isSound()).as(verified.findings().toString()).isTrue();
        Recovery repair = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(repair.isDue()).as(repair.segments().toString()).isFalse();
    }

    /** Loses a page of an unsealed segment with durable records in it; null when there is none. */
    private static @Nullable MixedSegment loseForcedPage(PageMix mix, PowerCutHistory history, Random random) {
        List<MixedSegment> unsealed = new ArrayList<>(mix.segments());
        unsealed.removeIf(
                segment -> segment.sealed() || durable(segment, history).isEmpty());
        if (unsealed.isEmpty()) {
            return null;
        }
        MixedSegment segment = unsealed.get(random.nextInt(unsealed.size()));
        List<Place> places = durable(segment, history);
        mix.lose(segment, places.get(random.nextInt(places.size())));
        mix.keepCurrent("watermark");
        return places.stream().allMatch(segment::intact) ? null : segment;
    }

    private static List<Place> durable(MixedSegment segment, PowerCutHistory history) {
        return segment.places().stream()
                .filter(place -> place.firstOffset() >= 0 && place.firstOffset() <= history.durable())
                .toList();
    }

    private static RecoveryPlan plan(Path directory) throws IOException {
        LogDirectory log = new LogDirectory(directory);
        Identity identity = Objects.requireNonNull(Identity.read(log));
        SegmentCatalog catalog = SegmentCatalog.load(log, identity.installation());
        Watermark.Mark mark = Watermark.read(log, identity.installation());
        Evidence evidence = new Evidence(mark == null ? -1 : mark.durableOffset(), -1, 1, 0, Evidence.CleanEnd.NONE);
        return new RecoveryPlanner(log, identity.installation(), catalog, evidence)
                .plan(PowerCutHistory.UNFORCED_RECORDS_MAX);
    }

    private void requireRefusal(Path directory, MixedSegment damaged, PageMix mix) throws IOException {
        try {
            RecoveryPlan plan = plan(directory);
            throw new AssertionError("expected a refusal, was " + plan.summary());
        } catch (DamagedLogException refusal) {
            if (refusal.file().endsWith(damaged.name())) {
                assertThat(refusal.offset()).isEqualTo(mix.lastIntact() + 1);
            } else if (refusal.offset() != mix.lastIntact() + 1 || !isBehind(refusal, damaged)) {
                // What stands behind it may look like damage too, and be met first. Or the page was the last of its
                // segment, and the
                // header behind never reached the disk: nothing tells in which of the two the record was, only which it
                // is.
                assertThat(mix.looksLikeDamage()).as(refusal.getMessage()).isTrue();
            }
            refused++;
        }
    }

    private static boolean isBehind(DamagedLogException refusal, MixedSegment damaged) {
        int refused = LogDirectory.number(refusal.file().getFileName().toString(), LogDirectory.SEGMENT_SUFFIX);
        int lost = LogDirectory.number(Path.of(damaged.name()).getFileName().toString(), LogDirectory.SEGMENT_SUFFIX);
        return refused == lost + 1;
    }

    private void plan(Path directory, PageMix mix, PowerCutHistory history) throws IOException {
        RecoveryPlan plan = plan(directory);
        assertThat(plan.lastOffset()).isEqualTo(mix.lastIntact()).isGreaterThanOrEqualTo(history.durable());
        assertThat(plan.nextOffset()).isGreaterThan(history.accepted());
        for (SegmentScan scan : plan.seal()) {
            MixedSegment segment = mix.segments().stream()
                    .filter(candidate -> scan.file().endsWith(candidate.name()))
                    .findFirst()
                    .orElseThrow();
            for (Place place : segment.places()) {
                assertThat(place.end() <= scan.endPosition())
                        .isEqualTo(place.firstOffset() + place.count() - 1 <= scan.lastOffset());
            }
        }
        count(plan.lastOffset(), history);
    }

    private void count(long last, PowerCutHistory history) {
        kept += last - history.durable();
        cut += history.accepted() - last;
    }

    private void open(Path directory, PageMix mix, PowerCutHistory history) {
        try (Cairn cairn = Cairn.open(directory, READ_ONLY)) {
            if (cairn.watermarks().durableOffset() > mix.lastIntact() && mix.looksLikeDamage()) {
                requireNothingWrong(cairn, mix, history);
            } else {
                requirePrefix(cairn, mix, history);
            }
        }
        try (Cairn cairn = Cairn.open(directory, PowerCutHistory.options(new Random(1)))) {
            requirePrefix(cairn, mix, history);
            assertThat(cairn.watermarks().endOffset()).isGreaterThan(history.accepted());
            count(cairn.watermarks().durableOffset(), history);
        }
    }

    /** What is taken for damage may have records behind it: a reader gets each as it was written, or is told. */
    private static void requireNothingWrong(Cairn cairn, PageMix mix, PowerCutHistory history) {
        long last = mix.lastIntact();
        assertThat(records(cairn, last)).isEqualTo(records(history.whole(), last));
        for (long offset = last + 1; offset <= cairn.watermarks().durableOffset(); offset++) {
            try {
                assertThat(read(cairn, offset)).isEqualTo(read(history.whole(), offset));
            } catch (DamagedLogException e) {
                assertThat(e.offset()).isEqualTo(offset);
            }
        }
    }

    private static List<LogRecord> read(Cairn cairn, long offset) {
        return cairn.log().read(offset, offset + 1, LogFilter.all(), 1).records();
    }

    private static void requirePrefix(Cairn cairn, PageMix mix, PowerCutHistory history) {
        long last = cairn.watermarks().durableOffset();
        assertThat(last).isEqualTo(mix.lastIntact()).isGreaterThanOrEqualTo(history.durable());
        assertThat(records(cairn, last)).isEqualTo(records(history.whole(), last));
        for (int i = 0; i < SampleWrites.NAMES; i++) {
            String name = SampleWrites.name(i);
            assertThat(cairn.tasks().get(name))
                    .isEqualTo(history.whole().tasks().getAsOf(name, last));
        }
    }

    private static List<LogRecord> records(Cairn cairn, long last) {
        List<LogRecord> records = new ArrayList<>();
        long next = 0;
        while (next <= last) {
            try {
                LogPage page = cairn.log().read(next, last + 1, LogFilter.all(), 1_000);
                records.addAll(page.records());
                next = page.next();
            } catch (GoneException lost) {
                next = lost.resumeFrom();
            }
        }
        return records;
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
