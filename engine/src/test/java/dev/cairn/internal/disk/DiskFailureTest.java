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
    @TempDir
    Path dir;

    private Path file(String rights) throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    /** As the file system spells it: a number where the system has no name for it. */
    private String owner() throws IOException {
        return Files.getOwner(dir).getName();
    }

    private static AccessDeniedException denied(Path file) {
        return new AccessDeniedException(file.toString());
    }

    @Test
    void shouldSayThatItsOwnerHasNoRight() throws IOException {
        Path file = file("---r-----");

        assertThat(DiskFailure.describe(denied(file), owner()))
                .isEqualTo(file + ": Permission denied to user " + owner() + ": it belongs to " + owner()
                        + ", with the rights ---r-----");
    }

    @Test
    void shouldSayAsWhomToRun() throws IOException {
        Path file = file("rw-r-----");

        assertThat(DiskFailure.describe(new UncheckedIOException(denied(file)), "somebody"))
                .isEqualTo(file + ": Permission denied to user somebody: it belongs to " + owner()
                        + ", with the rights rw-r-----; run as user " + owner());
    }

    /** It may well be this user's own. */
    @Test
    void shouldStateFactsAloneToAUserWithoutAName() throws IOException {
        Path file = file("---r-----");

        assertThat(DiskFailure.describe(denied(file), "?"))
                .isEqualTo(file + ": Permission denied: it belongs to " + owner() + ", with the rights ---r-----");
    }

    @Test
    void shouldTellOfTheDirectoryWhereTheFileDeniesNothing() throws IOException {
        Path file = file("rw-------");
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-x---"));
        try {
            assertThat(DiskFailure.describe(denied(file), owner()))
                    .isEqualTo(file + ": Permission denied to user " + owner() + ": the directory " + dir
                            + " belongs to " + owner() + ", with the rights r-xr-x---");
        } finally {
            Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void shouldTellOfTheNearestDirectoryWhereTheFileCannotBeAsked() throws IOException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x---"));
        Path file = dir.resolve("none").resolve("file");

        assertThat(DiskFailure.describe(denied(file), "somebody"))
                .isEqualTo(file + ": Permission denied to user somebody: the directory " + dir + " belongs to "
                        + owner() + ", with the rights rwx--x---");
    }
}
