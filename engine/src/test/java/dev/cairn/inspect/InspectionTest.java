package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.LogRecord;
import dev.cairn.inspect.Inspection.SegmentFile;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.log.NewRecord;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    private static final CairnOptions OPTIONS = CairnOptions.builder()
            .segmentBytesMax(1 << 20)
            .segmentRecordsMax(40)
            .projection(false)
            .ack(Ack.DURABLE)
            .build();

    @TempDir
    Path dir;

    @Test
    void shouldDescribeADirectoryBesideItsWriterAndAtRest() {
        Inspection beside;
        try (Cairn cairn = Cairn.open(dir, OPTIONS)) {
            append(cairn, 100);
            beside = Inspection.of(dir);

            assertThat(beside.identity()).isEqualTo(cairn.installation());
            assertThat(beside.writer()).isNotNull();
            assertThat(beside.writer().holder())
                    .contains("pid " + ProcessHandle.current().pid());
            assertThat(beside.durableOffset()).isEqualTo(100);
            assertThat(beside.checkpoint()).isNull();
        }
        Inspection rest = Inspection.of(dir);

        assertThat(rest.writer()).isNull();
        assertThat(rest.startOffset()).isZero();
        assertThat(rest.durableOffset()).isEqualTo(100);
        assertThat(rest.endOffset()).isEqualTo(101);
        assertThat(rest.epochs()).containsExactly(new Inspection.Epoch(1, new Inspection.Range(0, 100)));
        assertThat(rest.lost()).isEmpty();
        assertThat(rest.problems()).isEmpty();
        assertThat(rest.checkpoint()).isNotNull();
        assertThat(rest.checkpoint().offset()).isEqualTo(100);
        assertThat(rest.pins()).contains(new Inspection.Pin("checkpoint", 100));
        for (Inspection inspection : List.of(beside, rest)) {
            assertThat(inspection.segments()).hasSize(3);
            assertThat(inspection.segments()).extracting(SegmentFile::number).containsExactly(1, 2, 3);
            assertThat(inspection.segments())
                    .extracting(segment -> segment.offsets().last())
                    .containsExactly(39L, 79L, 100L);
            assertThat(inspection.segments()).allSatisfy(segment -> {
                assertThat(segment.bytes()).isPositive().isLessThan(segment.fileBytes());
                assertThat(segment.firstAt()).isNotNull();
                assertThat(dir.resolve(segment.file())).isRegularFile();
            });
        }
        assertThat(rest.segments()).allMatch(SegmentFile::sealed);
        assertThat(beside.segments().get(2).bytes())
                .isEqualTo(rest.segments().get(2).bytes());
    }

    @Test
    void shouldChangeNothing() throws Exception {
        try (Cairn cairn = Cairn.open(dir, OPTIONS)) {
            append(cairn, 10);
        }
        Map<String, String> before = listing();

        Inspection.of(dir);
        LogView log = LogView.open(dir);
        log.read(0, Long.MAX_VALUE, LogFilter.all(), 100);

        assertThat(listing()).isEqualTo(before);
    }

    /** The writer tells of its projection now and then, and not once more when it closes. */
    @Test
    void shouldSayOfAProjectionAtRestWhatIsInIt() throws Exception {
        CairnOptions projecting =
                CairnOptions.builder().segmentBytesMax(1 << 20).build();
        try (Cairn cairn = Cairn.open(dir, projecting)) {
            append(cairn, 10);
        }
        Control.create(new LogDirectory(dir), Inspection.of(dir).identity(), 1, 1)
                .projectionOffset(3);

        Inspection rest = Inspection.of(dir);

        assertThat(rest.projection().offset()).isEqualTo(10);
        assertThat(rest.projection().lag()).isZero();
        assertThat(rest.pins()).contains(new Inspection.Pin("projection", 10));

        Files.write(dir.resolve("projection.db"), new byte[8192]);
        assertThat(Inspection.of(dir).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(Path.of("projection.db"));
            assertThat(problem.what()).startsWith("expected a database that can be read, was ");
        });
    }

    @Test
    void shouldReadTheLogWithoutTheState() {
        try (Cairn cairn = Cairn.open(dir, OPTIONS)) {
            append(cairn, 50);
            LogView log = LogView.open(dir);
            assertThat(log.resolve(From.end())).isEqualTo(51);
            assertThat(log.resolve(From.last(5))).isEqualTo(46);
            LogPage page = log.read(46, Long.MAX_VALUE, LogFilter.all().withKey("k49"), 100);
            assertThat(page.records()).extracting(LogRecord::offset).containsExactly(50L);
            assertThat(page.next()).isEqualTo(51);
            assertThat(log.awaitDurable(51, Duration.ofMillis(1))).isFalse();

            append(cairn, 1);

            assertThat(log.awaitDurable(51, Duration.ofSeconds(30))).isTrue();
            assertThat(log.read(51, Long.MAX_VALUE, LogFilter.all(), 100).records())
                    .hasSize(1);
        }
    }

    @Test
    void shouldFindTheNextReadableRecordBehindDamage() throws Exception {
        try (Cairn cairn = Cairn.open(dir, OPTIONS)) {
            append(cairn, 100);
        }
        damage(Inspection.of(dir).segments().get(1), "\"n\":47");
        LogView log = LogView.open(dir);

        LogPage before = log.read(0, Long.MAX_VALUE, LogFilter.all(), 1_000);
        assertThat(before.records()).hasSize(48);
        assertThat(before.next()).isEqualTo(48);
        assertThatThrownBy(() -> log.read(48, Long.MAX_VALUE, LogFilter.all(), 1_000))
                .isInstanceOfSatisfying(DamagedLogException.class, damage -> {
                    assertThat(damage.offset()).isEqualTo(48);
                    assertThat(damage.file().toString()).endsWith("00000002.cq4");
                });
        long next = log.behindDamage(48);
        assertThat(next).isEqualTo(49);
        assertThat(log.read(next, Long.MAX_VALUE, LogFilter.all(), 1_000).records())
                .hasSize(52);
    }

    @Test
    void shouldSayThatNothingFollowsDamageAtTheEnd() throws Exception {
        try (Cairn cairn = Cairn.open(dir, OPTIONS)) {
            append(cairn, 30);
        }
        damage(Inspection.of(dir).segments().get(0), "\"n\":29");

        assertThat(LogView.open(dir).behindDamage(30)).isEqualTo(-1);
    }

    @Test
    void shouldRefuseWhatIsNotCairns() throws Exception {
        Files.writeString(dir.resolve("notes"), "mine");

        for (Path path : List.of(dir, dir.resolve("none"))) {
            assertThatThrownBy(() -> Inspection.of(path)).isInstanceOf(DataDirectoryException.class);
            assertThatThrownBy(() -> LogView.open(path)).isInstanceOf(DataDirectoryException.class);
        }
    }

    private static void append(Cairn cairn, int count) {
        for (int i = 0; i < count; i++) {
            cairn.log().append(NewRecord.of("events", "k" + i, "{\"n\":" + i + "}"));
        }
    }

    /** Changes one byte of a payload. */
    private void damage(SegmentFile segment, String payload) throws Exception {
        Path file = dir.resolve(segment.file());
        String bytes = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf(payload);
        assertThat(at).isPositive();
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at + 1);
            out.write('m');
        }
    }

    private Map<String, String> listing() throws Exception {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.toList()) {
                listing.put(dir.relativize(file).toString(), Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return listing;
    }
}
