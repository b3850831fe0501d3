package dev.cairn.internal.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of a failure, where a class of Java's knows the kind of it and has no words. */
class DiskFailureTest {
    private static final String ME = System.getProperty("user.name");

    @TempDir
    Path dir;

    @Test
    void shouldSayThatItsOwnerHasNoRight() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---r-----"));

        assertThat(DiskFailure.describe(new AccessDeniedException(file.toString())))
                .isEqualTo(file + ": Permission denied to user " + ME + ", who owns it: its rights are ---r-----");
    }

    @Test
    void shouldSayAsWhomToRun() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        AccessDeniedException denied = new AccessDeniedException(file.toString());

        assertThat(DiskFailure.describe(new UncheckedIOException(denied), "somebody"))
                .isEqualTo(file + ": Permission denied to user somebody: run as user " + ME + ", who owns it");
    }

    @Test
    void shouldSayWhoWasDeniedWhereNobodyMayLook() {
        Path file = dir.resolve("none");

        assertThat(DiskFailure.describe(new AccessDeniedException(file.toString()), "somebody"))
                .isEqualTo(file + ": Permission denied to user somebody");
    }
}
