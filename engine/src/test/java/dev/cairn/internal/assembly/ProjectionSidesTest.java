package dev.cairn.internal.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.TestDirectories;
import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectionSidesTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments().build();

    @TempDir
    Path root;

    @TempDir
    Path copied;

    private UUID installation;

    @BeforeEach
    void fill() throws IOException {
        try (Cairn cairn = Cairn.open(root, OPTIONS)) {
            write(cairn, "first");
        }
        installation = Objects.requireNonNull(Identity.read(new LogDirectory(root)), "identity")
                .installation();
    }

    private static void write(Cairn cairn, String id) {
        cairn.tasks().create(NewTask.of(id));
        cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
    }

    private void copy() throws IOException {
        ProjectionSides.copyAtRest(new LogDirectory(root), installation, copied);
    }

    @Test
    void shouldCopyTheDatabaseOfADirectoryAtRest() throws IOException {
        copy();
        assertThat(copied.resolve("projection.db")).hasSameBinaryContentAs(root.resolve("projection.db"));
    }

    @Test
    void shouldNotCopyTheDatabaseOfAWriter() throws IOException {
        try (Cairn cairn = Cairn.open(root, OPTIONS)) {
            write(cairn, "second");
            copy();
        }
        assertThat(copied).isEmptyDirectory();
    }

    @Test
    void shouldNotKeepTheCopyThatAWriterCameIn() throws IOException {
        AtomicBoolean come = new AtomicBoolean();
        try (DiskFaults comes = DiskFaults.failEach(root, On.OPEN, file -> meet(file, come), Fault.EIO)) {
            copy();
            assertThat(comes.hasStruck()).isFalse();
        }
        assertThat(come).isTrue();
        assertThat(copied).isEmptyDirectory();
    }

    /** A writer comes, and is gone again, when it is looked for. */
    private boolean meet(Path file, AtomicBoolean come) {
        if (Files.exists(root.resolve("projection.db")) && file.endsWith("LOCK") && come.compareAndSet(false, true)) {
            try (Cairn cairn = Cairn.open(root, OPTIONS)) {
                write(cairn, "second");
            }
        }
        return false;
    }
}
