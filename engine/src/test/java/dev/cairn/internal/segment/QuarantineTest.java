package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is set aside is still there to be looked at, also where its name was a link. */
class QuarantineTest {
    private static final String BYTES = "bytes";

    @TempDir
    Path root;

    private Path original;
    private Path link;
    private Quarantine quarantine;

    @BeforeEach
    void linkRelatively() throws IOException {
        original = Files.writeString(root.resolve("original"), BYTES);
        link = Files.createSymbolicLink(
                Files.createDirectories(root.resolve("log/1")).resolve("1.cq4"), Path.of("../../original"));
        quarantine = new Quarantine(new LogDirectory(root));
    }

    @Test
    void shouldTakeTheBytesThatALinkLeadsTo() throws IOException {
        quarantine.take(link);

        assertThat(root.resolve("quarantine/1.cq4")).isRegularFile().hasContent(BYTES);
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(original).hasContent(BYTES);
    }

    @Test
    void shouldKeepTheBytesThatALinkLeadsTo() throws IOException {
        Path kept = quarantine.keep(link);
        Files.delete(original);

        assertThat(kept).isRegularFile().hasContent(BYTES);
    }

    @Test
    void shouldFindWhatItKeptOfALink() throws IOException {
        assertThat(quarantine.keep(link)).isEqualTo(quarantine.keep(link));
    }

    /** No room is taken, and nothing is read of what may be damaged. */
    @Test
    void shouldLeadToTheBytesOnAnotherFileSystem() throws IOException {
        Path other = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(other) && !Files.getFileStore(other).equals(Files.getFileStore(root)));
        Path elsewhere = Files.writeString(Files.createTempFile(other, "cairn", ".cq4"), BYTES);
        try {
            Files.delete(link);
            Files.createSymbolicLink(link, elsewhere);

            Path kept = quarantine.keep(link);

            assertThat(kept).hasContent(BYTES).isEqualTo(quarantine.keep(link));
            assertThat(Files.isSymbolicLink(kept)).isTrue();
        } finally {
            Files.delete(elsewhere);
        }
    }

    @Test
    void shouldTakeALinkToADirectorySoThatItLeadsThereStill() throws IOException {
        Path directory = Files.createDirectory(root.resolve("directory"));
        Files.writeString(directory.resolve("file"), BYTES);
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("../../directory"));

        quarantine.keepIfThere(link);

        assertThat(root.resolve("quarantine/1.cq4/file")).hasContent(BYTES);
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    /** It says where the bytes should be, of which perhaps only the file system is not there. */
    @Test
    void shouldKeepALinkThatLeadsNowhere() throws IOException {
        Files.delete(original);

        quarantine.keepIfThere(link);

        assertThat(Files.readSymbolicLink(root.resolve("quarantine/1.cq4"))).isEqualTo(Path.of("../../original"));
    }

    @Test
    void shouldGiveNoNameThatALinkWhichLeadsNowhereHas() throws IOException {
        Files.createDirectory(root.resolve("quarantine"));
        Path nowhere = Files.createSymbolicLink(root.resolve("quarantine/1.cq4"), Path.of("nowhere"));

        assertThat(quarantine.keep(link)).hasFileName("1.cq4.1").hasContent(BYTES);
        quarantine.take(link);

        assertThat(root.resolve("quarantine/1.cq4.2")).hasContent(BYTES);
        assertThat(Files.isSymbolicLink(nowhere)).isTrue();
    }
}
