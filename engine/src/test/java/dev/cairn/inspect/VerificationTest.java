package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.TestDirectories;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories in which nothing is wrong. */
class VerificationTest {
    @TempDir
    Path dir;

    @Test
    void shouldFindNothingInACleanDirectoryAndChangeNothing() throws Exception {
        VerifiedDirectory directory = VerifiedDirectory.filled(dir.resolve("data"));
        Map<String, String> before = directory.listing();

        Verification verified = directory.verify();

        assertThat(verified.findings()).isEmpty();
        assertThat(verified.isSound()).isTrue();
        assertThat(verified.records()).isEqualTo(verified.throughOffset() + 1);
        assertThat(directory.listing()).isEqualTo(before);
    }

    @Test
    void shouldFindNothingBesideAWriterAndInWhatItLeavesBehind() {
        Path data = dir.resolve("data");
        VerifiedDirectory directory = new VerifiedDirectory(data);
        Verification beside;
        Path killed;
        try (Cairn cairn = Cairn.open(data, VerifiedDirectory.options().build())) {
            directory.write(cairn, 1);
            beside = directory.verify();
            killed = TestDirectories.copyAsIfKilled(data, dir.resolve("killed"));
        }
        assertThat(beside.findings()).isEmpty();
        assertThat(beside.live()).isTrue();

        Verification left = new VerifiedDirectory(killed).verify();
        assertThat(VerifiedDirectory.wrong(left)).isEmpty();
        assertThat(left.throughOffset()).isEqualTo(beside.throughOffset());
    }
}
