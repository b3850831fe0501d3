package dev.cairn.internal.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.harness.SmallDisk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken for a full disk, and what is not. */
class DiskTest {
    @TempDir
    Path temporary;

    @Test
    void shouldKnowTheTextsOfAFullDiskAndOfAnExhaustedQuota() {
        assertThat(Disk.isFull(new IOException("No space left on device"))).isTrue();
        assertThat(Disk.isFull(failure("No space left on device"))).isTrue();
        assertThat(Disk.isFull(failure("Disk quota exceeded"))).isTrue();
        assertThat(Disk.isFull(failure("Quota exceeded"))).isTrue();
    }

    @Test
    void shouldNotTakeTheNameOfADirectoryForTheReason() {
        Path file = temporary.resolve("quota exceeded, No space left");
        assertThat(Disk.isFull(new FileSystemException(file.toString(), null, "Input/output error")))
                .isFalse();
    }

    @Test
    void shouldAskTheFileSystemWhereTheTextIsInAnotherLanguage() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), 1)) {
            FileSystemException german = new FileSystemException(
                    disk.resolve("file").toString(), null, "Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
            assertThat(Disk.isFull(german)).isFalse();
            disk.leave(0);
            assertThat(Disk.isFull(german)).isTrue();
            assertThat(Disk.isFull(new FileSystemException(german.getFile(), null, "Input/output error")))
                    .as("a broken device, which happens to be full")
                    .isFalse();
        }
    }

    private FileSystemException failure(String reason) {
        return new FileSystemException(temporary.resolve("file").toString(), null, reason);
    }
}
