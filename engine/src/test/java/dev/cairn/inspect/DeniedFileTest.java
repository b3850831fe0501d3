package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a finding says of a file that the process may not read; root may read all, so the exception is made here. */
class DeniedFileTest {
    @TempDir
    Path dir;

    @Test
    void shouldSayWhoMayNotRead() throws IOException {
        Path file = Files.createFile(dir.resolve("00000001.manifest"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---r-----"));

        assertThat(FileCheck.problem(file, new AccessDeniedException(file.toString())))
                .startsWith("expected a file that can be read, was Permission denied")
                .contains(": it belongs to " + Files.getOwner(file).getName() + ", with the rights ---r-----");
    }

    @Test
    void shouldLeaveOutTheNameOfTheFile() {
        Path file = dir.resolve("clean");

        assertThat(FileCheck.problem(file, new IOException(file + ": expected a checksum, was none")))
                .isEqualTo("expected a checksum, was none");
        assertThat(FileCheck.problem(file, new IllegalStateException("words"))).isEqualTo("words");
    }
}
