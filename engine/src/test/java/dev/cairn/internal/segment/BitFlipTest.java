package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.harness.SampleDirectories;
import dev.cairn.harness.SampleDirectories.State;
import dev.cairn.harness.Trials;
import dev.cairn.internal.checkpoint.CheckpointBytes;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.recovery.Evidence;
import dev.cairn.internal.recovery.RecoveryPlan;
import dev.cairn.internal.recovery.RecoveryPlanner;
import dev.cairn.internal.segment.PageMix.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flips single bits of every file of a directory and asks its readers, without opening an engine.
 *
 * <p>Each must be found and its place named, or change nothing but what other files prove again, or be one of the inert bytes:
 * those are printed, and must be exactly the ones expected here. As many trials as a file has bits, and the test takes each of
 * its bits once.
 */
class BitFlipTest {
    /** One bit in so many is shown to all readers, the others to the scanner alone; no divisor of the bits of a byte. */
    private static final int WHOLLY_EVERY = 9;

    @TempDir
    static Path temporary;

    private static SampleDirectories samples;

    @BeforeAll
    static void makeSamples() {
        samples = SampleDirectories.make(temporary, new Random(1));
    }

    /** What became of a flipped bit. */
    private enum Verdict {
        /** A reader refuses the file and says where. */
        LOCATED,
        /** The file counts for less than it did; what it said follows from others. */
        REPLACED,
        /** Nobody reads it. */
        INERT
    }

    /** Asks the readers of one file. */
    private interface Judge {
        /**
         * @param byteAt of the flipped bit
         * @param wholly whether to ask all readers, though the scanner has found it
         */
        Verdict judge(long byteAt, boolean wholly) throws IOException;
    }

    /**
     * Flips bits of the first bytes of {@code file}, one at a time, and returns the bytes that were found inert.
     *
     * @param flipsInBuild how many bits by chance, if there are more
     */
    private static BitSet flip(String name, Path file, long bytes, int flipsInBuild, Judge judge) {
        int bits = Math.toIntExact(bytes * 8);
        LogCorrupter corrupter = new LogCorrupter(file);
        Trials trials = Trials.of("bit flips, " + name, Math.min(flipsInBuild, bits));
        boolean all = trials.count() >= bits;
        BitSet inert = new BitSet();
        Map<Verdict, Integer> verdicts = new TreeMap<>();
        int[] next = {0};
        trials.run(random -> {
            if (next[0] == bits) {
                return;
            }
            int bit = all ? next[0]++ : random.nextInt(bits);
            corrupter.flipBit(bit);
            try {
                Verdict verdict = judge.judge(bit / 8, bit % WHOLLY_EVERY == 0);
                verdicts.merge(verdict, 1, Integer::sum);
                if (verdict == Verdict.INERT) {
                    inert.set(bit / 8);
                }
            } catch (RuntimeException | IOException | AssertionError e) {
                throw new AssertionError("bit " + bit % 8 + " of byte " + bit / 8 + " of " + file + ": " + e, e);
            } finally {
                corrupter.flipBit(bit);
            }
        });
        System.out.printf("bit flips, %s: %s%n", name, verdicts);
        return inert;
    }

    /** Requires that {@code inert} is within the given ranges, {first, end, reason} each, and prints them. */
    private static void requireInert(String name, BitSet inert, List<Inert> expected) {
        BitSet beyond = (BitSet) inert.clone();
        for (Inert range : expected) {
            beyond.clear(range.from(), range.end());
            System.out.printf("inert bytes of %s: [%,d, %,d): %s%n", name, range.from(), range.end(), range.reason());
        }
        assertThat(beyond.stream().boxed().toList())
                .as("inert bytes of " + name)
                .isEmpty();
    }

    private record Inert(int from, int end, String reason) {}

    // --- segments ---------------------------------------------------------------------------------------------------

    @Test
    void shouldLocateEveryBitOfASealedSegment() throws IOException {
        Path origin = largestSealed(samples.of(State.CLEAN));
        LogDirectory alone = alone(origin);
        LogDirectory.NumberedFile file = alone.segmentFiles().get(0);
        Manifest manifest = Manifest.read(LogDirectory.manifestFile(file.path()), null);
        byte[] whole = Files.readAllBytes(file.path());
        List<Place> places = PageMix.places(whole);
        UUID installation = identity(State.CLEAN).installation();
        BitSet inert = flip(
                "sealed segment of " + manifest.frameBytes() + " bytes of frames",
                file.path(),
                whole.length,
                9_000,
                (at, wholly) -> {
                    SegmentScan scan = new SegmentScanner(installation).scanSealed(file, manifest.firstOffset());
                    Place flipped = placeOf(places, at);
                    boolean found = scan.lastOffset() < manifest.lastOffset();
                    if (found) {
                        assertThat(scan.endPosition()).isEqualTo(flipped == places.get(0) ? 0 : flipped.position());
                        if (!wholly) {
                            return Verdict.LOCATED;
                        }
                    }
                    SegmentCatalog catalog = SegmentCatalog.load(alone, installation);
                    boolean named = catalog.problems().stream()
                            .anyMatch(problem -> problem.file().equals(file.path()));
                    boolean refused = refusesReads(catalog, manifest, whole, flipped) || named;
                    assertThat(refused || !found).isTrue();
                    return refused ? Verdict.LOCATED : Verdict.INERT;
                });
        requireInert(
                "a sealed segment",
                inert,
                List.of(
                        new Inert(
                                0,
                                manifest.startPosition() + QueueFormat.WORD_BYTES,
                                "the queue's own; the header is known by itself"),
                        new Inert(manifest.endPosition(), whole.length, "behind the end that the manifest states")));
    }

    /** Reads every record; each is as it was written, or refused at the place that was flipped. */
    private static boolean refusesReads(SegmentCatalog catalog, Manifest manifest, byte[] whole, Place flipped) {
        boolean refused = false;
        LogCursor cursor = new LogCursor(catalog);
        cursor.seek(manifest.firstOffset());
        for (long offset = manifest.firstOffset(); offset <= manifest.lastOffset(); offset++) {
            try {
                if (!cursor.next(manifest.lastOffset()) || cursor.frame().offset() != offset) {
                    throw new AssertionError("expected record " + offset + ", was none");
                }
                requireSame(cursor, whole);
            } catch (DamagedLogException refusal) {
                refused = true;
                requireLocated(refusal, flipped);
                cursor.seek(offset + 1);
            }
        }
        return refused;
    }

    private static void requireSame(LogCursor cursor, byte[] whole) {
        int at = cursor.frame().position();
        byte[] frame = new byte[cursor.frame().length()];
        cursor.segment().view().get(at, frame);
        if (!Arrays.equals(frame, 0, frame.length, whole, at, at + frame.length)) {
            throw new AssertionError("expected the frame at byte " + at + " as it was written, was another");
        }
    }

    private static void requireLocated(DamagedLogException refusal, Place flipped) {
        if (flipped.firstOffset() >= 0) {
            assertThat(refusal.position()).isBetween((long) flipped.position(), (long) flipped.end());
            assertThat(refusal.offset()).isBetween(flipped.firstOffset(), flipped.firstOffset() + flipped.count() - 1);
        } else {
            assertThat(refusal.position()).isLessThanOrEqualTo(flipped.end());
        }
    }

    /** The document that holds the byte, or the header for one before. */
    private static Place placeOf(List<Place> places, long at) {
        Place found = places.get(0);
        for (Place place : places) {
            if (place.position() <= at) {
                found = place;
            }
        }
        return found;
    }

    @Test
    void shouldLocateEveryBitOfTheNewestSegmentOfAKilledWriter() throws IOException {
        Path newest = SampleDirectories.newestSegment(samples.of(State.KILLED));
        LogDirectory directory = new LogDirectory(samples.of(State.KILLED));
        byte[] whole = Files.readAllBytes(newest);
        List<Place> places = PageMix.places(whole);
        Place last = places.get(places.size() - 1);
        RecoveryPlan undamaged = plan(directory);
        assertThat(undamaged.lastOffset()).isEqualTo(last.firstOffset() + last.count() - 1);
        int used = QueueFormat.WORD_BYTES + last.end();
        LogDirectory.NumberedFile file = directory.segmentFiles().stream()
                .filter(candidate -> candidate.path().equals(newest))
                .findFirst()
                .orElseThrow();
        UUID installation = identity(State.KILLED).installation();
        BitSet inert = flip("newest segment of a killed writer", newest, used, 1_500, (at, wholly) -> {
            SegmentScan scan = new SegmentScanner(installation).scan(file, 0);
            if (!wholly && scan.lastOffset() < undamaged.lastOffset()) {
                Place flipped = placeOf(places, at);
                assertThat(scan.endPosition()).isEqualTo(flipped == places.get(0) ? 0 : flipped.position());
                return Verdict.LOCATED;
            }
            try {
                RecoveryPlan plan = plan(directory);
                assertThat(plan.lastOffset()).isEqualTo(undamaged.lastOffset());
                assertThat(plan.nextOffset()).isGreaterThanOrEqualTo(undamaged.nextOffset());
                return Verdict.INERT;
            } catch (DamagedLogException refusal) {
                assertThat(refusal.file()).isEqualTo(newest);
                if (at < last.end()) {
                    requireLocated(refusal, placeOf(places, at));
                } else {
                    assertThat(refusal.position()).isEqualTo(last.end());
                }
                return Verdict.LOCATED;
            }
        });
        requireInert(
                "an unsealed segment",
                inert,
                List.of(
                        new Inert(
                                0,
                                places.get(0).position() + QueueFormat.WORD_BYTES,
                                "the queue's own; the header is known by itself"),
                        new Inert(last.end(), used, "behind the end: a torn tail in which nothing was durable")));
    }

    private static RecoveryPlan plan(LogDirectory directory) throws IOException {
        Identity identity = Objects.requireNonNull(Identity.read(directory));
        UUID installation = identity.installation();
        SegmentCatalog catalog = SegmentCatalog.load(directory, installation);
        Watermark.Mark mark = Objects.requireNonNull(Watermark.read(directory, installation));
        Evidence evidence = new Evidence(mark.durableOffset(), -1, mark.epoch(), 0, Evidence.CleanEnd.NONE);
        return new RecoveryPlanner(directory, installation, catalog, evidence).plan(1_000);
    }

    // --- the other files --------------------------------------------------------------------------------------------

    private static Identity identity(State state) throws IOException {
        return Objects.requireNonNull(Identity.read(new LogDirectory(samples.of(state))));
    }

    @Test
    void shouldLocateEveryBitOfTheIdentity() throws IOException {
        LogDirectory directory = new LogDirectory(samples.of(State.CLEAN));
        Path file = directory.identityFile();
        BitSet inert = flip("identity", file, Files.size(file), 400, (at, wholly) -> {
            try {
                throw new AssertionError("expected a refusal, was " + Identity.read(directory));
            } catch (DataDirectoryException refusal) {
                assertThat(refusal).hasMessageContaining(file.toString());
                return Verdict.LOCATED;
            }
        });
        requireInert("identity", inert, List.of());
    }

    @Test
    void shouldNoticeEveryBitOfTheCleanMarker() throws IOException {
        LogDirectory directory = new LogDirectory(samples.of(State.CLEAN));
        UUID installation = identity(State.CLEAN).installation();
        BitSet inert = flip("clean", directory.cleanFile(), Files.size(directory.cleanFile()), 500, (at, wholly) -> {
            assertThat(CleanMarker.read(directory, installation)).isNull();
            return Verdict.REPLACED;
        });
        requireInert("clean", inert, List.of());
    }

    @Test
    void shouldNoticeEveryBitOfTheNewestWatermark() throws IOException {
        LogDirectory directory = new LogDirectory(samples.of(State.KILLED));
        UUID installation = identity(State.KILLED).installation();
        Watermark.Mark newest = Objects.requireNonNull(Watermark.read(directory, installation));
        int slot = (int) (newest.sequence() % 2) * 2_048;
        int older = 2_048 - slot;
        BitSet inert = flip("watermark", directory.watermarkFile(), 4_096, 2_500, (at, wholly) -> {
            Watermark.Mark read = Watermark.read(directory, installation);
            if (newest.equals(read)) {
                return Verdict.INERT;
            }
            assertThat(read == null || read.durableOffset() < newest.durableOffset())
                    .isTrue();
            return Verdict.REPLACED;
        });
        requireInert(
                "watermark",
                inert,
                List.of(
                        new Inert(older, older + 68, "the older slot"),
                        new Inert(68, 2_048, "behind the first slot's envelope"),
                        new Inert(2_048 + 68, 4_096, "behind the second slot's envelope")));
    }

    @Test
    void shouldTakeTheControlFileForNothingThatIsDurable() throws IOException {
        LogDirectory directory = new LogDirectory(samples.of(State.CLEAN));
        UUID installation = identity(State.CLEAN).installation();
        Control whole = Objects.requireNonNull(Control.read(directory, installation));
        int epoch = whole.epoch();
        long end = whole.endOffset();
        BitSet inert = flip("control", directory.controlFile(), 4_096, 2_500, (at, wholly) -> {
            Control read = Control.read(directory, installation);
            boolean same = read != null && read.epoch() == epoch && read.endOffset() == end;
            assertThat(DirectoryLock.isHeld(directory)).isFalse();
            return same ? Verdict.INERT : Verdict.REPLACED;
        });
        requireInert(
                "control",
                inert,
                List.of(
                        new Inert(24, 32, "pid, for people"),
                        new Inert(36, 48, "state and durable offset: of use while the lock is held"),
                        new Inert(56, 72, "projection offset and opening: of use while the lock is held"),
                        new Inert(72, 4_096, "behind the fields")));
    }

    @Test
    void shouldReadNothingOfTheLockFileOfNobody() throws IOException {
        LogDirectory directory = new LogDirectory(samples.of(State.CLEAN));
        int bytes = (int) Files.size(directory.lockFile());
        BitSet inert = flip("LOCK", directory.lockFile(), bytes, 300, (at, wholly) -> {
            assertThat(DirectoryLock.isHeld(directory)).isFalse();
            return Verdict.INERT;
        });
        requireInert("LOCK", inert, List.of(new Inert(0, bytes, "the last holder's name, for people")));
    }

    @Test
    void shouldLocateEveryBitOfAManifest() throws IOException {
        LogDirectory directory = new LogDirectory(samples.of(State.CLEAN));
        for (LogDirectory.NumberedFile manifest : directory.manifestFiles().subList(0, 2)) {
            BitSet inert = flip("manifest", manifest.path(), Files.size(manifest.path()), 1_200, (at, wholly) -> {
                List<SegmentCatalog.Problem> problems = SegmentCatalog.load(
                                directory, identity(State.CLEAN).installation())
                        .problems();
                assertThat(problems).extracting(SegmentCatalog.Problem::file).contains(manifest.path());
                return Verdict.LOCATED;
            });
            requireInert("manifest", inert, List.of());
        }
    }

    @Test
    void shouldNoticeEveryBitOfACheckpoint() throws IOException {
        Path file = samples.of(State.CLEAN).resolve("checkpoint").resolve("state.checkpoint");
        UUID installation = identity(State.CLEAN).installation();
        long offset = StateCheckpoint.offset(file, installation);
        BitSet inert = flip("checkpoint", file, Files.size(file), 3_000, (at, wholly) -> {
            assertThat(StateCheckpoint.offset(file, installation)).isIn(-1L, offset);
            try {
                throw new AssertionError("expected damage, was " + CheckpointBytes.read(file));
            } catch (IOException damage) {
                assertThat(damage).hasMessageContaining(file.toString());
                return Verdict.REPLACED;
            }
        });
        requireInert("checkpoint", inert, List.of());
    }

    // --- directories ------------------------------------------------------------------------------------------------

    private static Path largestSealed(Path directory) throws IOException {
        return new LogDirectory(directory)
                .segmentFiles().stream()
                        .map(LogDirectory.NumberedFile::path)
                        .max(Comparator.comparing(file -> file.toFile().length()))
                        .orElseThrow();
    }

    /** A directory with one segment and its manifest in it. */
    private static LogDirectory alone(Path segment) throws IOException {
        LogDirectory directory = new LogDirectory(temporary.resolve("alone"));
        Path epoch = directory.logDirectory().resolve(segment.getParent().getFileName());
        Files.createDirectories(epoch);
        for (Path file : List.of(segment, LogDirectory.manifestFile(segment))) {
            Files.copy(file, epoch.resolve(file.getFileName()));
        }
        return directory;
    }
}
