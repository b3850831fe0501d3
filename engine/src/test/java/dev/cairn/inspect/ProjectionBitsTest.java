package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.TestDirectories;
import dev.cairn.harness.SampleWrites;
import dev.cairn.harness.Trials;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit that is not what was written in files that are derived, or that hold nothing: it is named, or it changes nothing. */
class ProjectionBitsTest {
    private static final String PROJECTION = "projection.db";
    private static final String WRITE_AHEAD_LOG = "projection.db-wal";
    private static final int WRITES_OF_ALL_KINDS = 60;
    private static final Duration WAIT = Duration.ofSeconds(20);

    /** How a file may be opened, counters, settings of which nothing depends, the version of SQLite. */
    private static final BitSet INERT_HEADER = new BitSet();

    static {
        INERT_HEADER.set(18, 20);
        INERT_HEADER.set(24, 32);
        INERT_HEADER.set(40, 52);
        INERT_HEADER.set(56, 60);
        INERT_HEADER.set(64, 68);
        INERT_HEADER.set(72, 100);
    }

    /** What every statement of a schema begins with. */
    private static final String STATEMENT = "CREATE ";

    @TempDir
    static Path dir;

    private static VerifiedDirectory closed;
    private static VerifiedDirectory killed;

    @BeforeAll
    static void fill() {
        closed = VerifiedDirectory.filled(dir.resolve("closed"));
        try (Cairn cairn = Cairn.open(closed.root, VerifiedDirectory.options().build())) {
            new SampleWrites(new Random(1)).write(cairn, WRITES_OF_ALL_KINDS); // records of every kind
            cairn.projectionRoot(cairn.watermarks().durableOffset(), WAIT);
            killed = new VerifiedDirectory(TestDirectories.copyAsIfKilled(closed.root, dir.resolve("killed")));
        }
        assertThat(closed.file(WRITE_AHEAD_LOG)).doesNotExist();
        assertThat(killed.file(WRITE_AHEAD_LOG)).isNotEmptyFile();
    }

    @Test
    void shouldNameEveryBitOfTheProjectionThatIsUsed() throws Exception {
        byte[] bytes = Files.readAllBytes(closed.file(PROJECTION));
        SqlitePages pages = new SqlitePages(bytes);
        BitSet used = pages.used(roots());
        BitSet statements = statements(bytes);
        Trials.of("bits of the projection", 150).run(random -> {
            int position = random.nextInt(bytes.length);
            position = random.nextInt(8) == 0 ? position % SqlitePages.HEADER_BYTES : position;
            position = random.nextInt(8) == 0 ? position : Math.max(0, used.nextSetBit(position));
            int bit = 1 << random.nextInt(8);

            closed.flip(PROJECTION, position, bit);
            Verification verified = closed.verifyDeeply();
            closed.flip(PROJECTION, position, bit);

            String flipped = "byte " + position + ", bit " + bit;
            if (verified.findings().isEmpty()) {
                assertThat(isInert(position, pages, used, statements))
                        .as(flipped)
                        .isTrue();
            } else {
                assertThat(verified.findings())
                        .as(flipped)
                        .allSatisfy(found -> assertThat(found.file()).isEqualTo(Path.of(PROJECTION)));
            }
        });
        assertThat(closed.verifyDeeply().findings()).isEmpty();
    }

    /** Unused bytes; in the header what SQLite counts and tells for itself; names in its schema beside the statement. */
    private static boolean isInert(int position, SqlitePages pages, BitSet used, BitSet statements) {
        int statement = statements.nextSetBit(pages.pageOf(position));
        boolean inSchema = statement >= 0 && statement < pages.behindPageOf(position);
        return position < SqlitePages.HEADER_BYTES
                ? INERT_HEADER.get(position)
                : !used.get(position) || inSchema && pages.cells().get(position) && !statements.get(position);
    }

    private static List<Integer> roots() throws SQLException {
        List<Integer> roots = new ArrayList<>(List.of(1));
        query("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0", row -> roots.add(row.getInt(1)));
        return roots;
    }

    /** Where the schema's statements are, in pages that are used. */
    private static BitSet statements(byte[] bytes) throws SQLException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        BitSet found = new BitSet();
        query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", row -> {
            String sql = row.getString(1);
            assertThat(sql).startsWith(STATEMENT);
            for (int at = text.indexOf(sql); at >= 0; at = text.indexOf(sql, at + 1)) {
                found.set(at, at + sql.length());
            }
        });
        return found;
    }

    /** Is shown rows. */
    private interface Rows {
        void row(ResultSet row) throws SQLException;
    }

    private static void query(String sql, Rows rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + closed.file(PROJECTION));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.row(result);
            }
        }
    }

    /** SQLite takes the log for cut off there: then the rows are older, and the next opening reads the rest from Cairn's log. */
    @Test
    void shouldMakeUpForEveryBitOfTheWriteAheadLog() throws Exception {
        long bytes = Files.size(killed.file(WRITE_AHEAD_LOG));
        int[] trial = {0};
        Trials.of("bits of the write-ahead log", 25).run(random -> {
            VerifiedDirectory copy = new VerifiedDirectory(
                    TestDirectories.copyAsIfKilled(killed.root, dir.resolve("wal-" + trial[0]++)));
            long position = (long) (random.nextDouble() * bytes);
            copy.flip(WRITE_AHEAD_LOG, position, 1 << random.nextInt(8));
            List<Finding> before = copy.verifyDeeply().findings();
            assertThat(before).as("byte " + position).allMatch(found -> found.severity() != Severity.DAMAGE);
            try (Cairn cairn = Cairn.open(copy.root, VerifiedDirectory.options().build())) {
                long end = cairn.watermarks().durableOffset();
                assertThat(cairn.projectionRoot(end, WAIT).kinds().get("task"))
                        .as("byte " + position)
                        .isEqualTo(cairn.stateRoot().kinds().get("task"));
            }
            assertThat(VerifiedDirectory.wrong(copy.verifyDeeply()))
                    .as("byte " + position)
                    .isEmpty();
        });
    }

    @Test
    void shouldMissNothingOfFilesThatHoldNothing() throws Exception {
        List<Path> files = new ArrayList<>(List.of(killed.file("reserve"), killed.file("projection.db-shm")));
        try (var walk = Files.walk(killed.file("log"))) {
            walk.filter(file -> file.endsWith("metadata.cq4t")).forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(2);
        List<Finding> sound = killed.verifyDeeply().findings();
        Trials.of("bits of files that hold nothing", 20).run(random -> {
            Path file = files.get(random.nextInt(files.size()));
            String name = killed.root.relativize(file).toString();
            long position = (long) (random.nextDouble() * Files.size(file));
            killed.flip(name, position, 1);
            assertThat(killed.verifyDeeply().findings())
                    .as(name + " at byte " + position)
                    .isEqualTo(sound);
            killed.flip(name, position, 1);
        });
        VerifiedDirectory copy =
                new VerifiedDirectory(TestDirectories.copyAsIfKilled(killed.root, dir.resolve("nothing")));
        for (Path file : files) {
            overwrite(copy.root.resolve(killed.root.relativize(file)));
        }
        Cairn.open(copy.root, VerifiedDirectory.options().build()).close();
        assertThat(VerifiedDirectory.wrong(copy.verifyDeeply())).isEmpty();
    }

    private static void overwrite(Path file) throws IOException {
        byte[] noise = new byte[(int) Files.size(file)];
        new Random(5).nextBytes(noise);
        Files.write(file, noise);
    }
}
