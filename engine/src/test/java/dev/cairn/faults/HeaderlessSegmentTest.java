package dev.cairn.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.log.LogFilter;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sealed segment has lost its header, which says whose it is: its manifest tells it from that of another installation. */
class HeaderlessSegmentTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().segmentRecordsMax(30).build();
    private static final String SEGMENT = "log/0000000001/00000002.cq4";

    @TempDir
    Path temporary;

    private Path directory;
    private List<LogRecord> written;

    @BeforeEach
    void write() throws IOException {
        Path foreign = temporary.resolve("foreign");
        fill(foreign);
        directory = temporary.resolve("data");
        written = fill(directory);
        Files.copy(foreign.resolve(SEGMENT), temporary.resolve("segment"));
    }

    private static List<LogRecord> fill(Path root) {
        try (Cairn cairn = Cairn.open(root, OPTIONS)) {
            for (int i = 0; i < 70; i++) {
                cairn.log().append(NewRecord.of("notes", "n" + i, "\"" + "x".repeat(900) + "\""));
            }
            cairn.sync();
            return cairn.log().read(0, Long.MAX_VALUE, LogFilter.all(), 100).records();
        }
    }

    @Test
    void shouldServeWhatIsItsOwn() throws IOException {
        zeroHeader();
        assertThat(lost()).isLessThan(10);
        try (Cairn reader = reader()) {
            assertThat(read(reader, 55)).containsExactly(written.get(55));
        }
    }

    @Test
    void shouldServeNothingOfAnother() throws IOException {
        Files.copy(temporary.resolve("segment"), directory.resolve(SEGMENT), StandardCopyOption.REPLACE_EXISTING);
        zeroHeader();
        assertThat(lost()).isEqualTo(30);
        try (Cairn reader = reader()) {
            assertThatThrownBy(() -> read(reader, 55))
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageContaining("the segment of another log");
            assertThat(read(reader, 65)).containsExactly(written.get(65));
        }
    }

    /** Zeros whatever stands before the first frame. */
    private void zeroHeader() throws IOException {
        Path file = directory.resolve(SEGMENT);
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.write(new byte[bytes.indexOf("CRNF")]);
        }
    }

    /** As the plan of a repair counts, and a verification names. */
    private long lost() {
        assertThat(Verification.of(directory, false, Progress.NONE).findings())
                .anyMatch(finding -> finding.toString().contains(SEGMENT));
        return Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE).lostCount();
    }

    private Cairn reader() {
        return Cairn.open(
                directory,
                TestDirectories.smallSegments().readOnly(true).scrub(false).build());
    }

    private static List<LogRecord> read(Cairn reader, long offset) {
        return reader.log().read(offset, offset + 1, LogFilter.all(), 1).records();
    }
}
