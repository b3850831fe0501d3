package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyLogTest {
    @TempDir
    Path root;

    @Test
    void shouldRefuseADirectoryThatIsMissingOrForeign() {
        assertThatThrownBy(() -> ReadOnlyLog.open(root.resolve("none")))
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.MISSING));
        assertThatThrownBy(() -> ReadOnlyLog.open(root))
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.FOREIGN));
    }

    @Test
    void shouldReadBesideAWriterUpToItsDurableOffset() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        new Identity(TestLog.INSTALLATION, 1).write(directory);
        try (DirectoryLock lock = DirectoryLock.acquire(directory);
                TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            assertThat(lock).isNotNull();
            Control control = Control.create(directory, TestLog.INSTALLATION, 1, 42);
            control.openState();
            ReadOnlyLog readOnly = ReadOnlyLog.open(root);
            assertThat(readOnly.isLive()).isTrue();
            assertThat(readOnly.through()).isEqualTo(-1);
            LogCursor cursor = readOnly.cursor();
            cursor.seek(0);
            long expected = 0;
            for (int i = 0; i < 35; i++) {
                log.append(1, 50);
                if (i % 3 == 0) {
                    log.force();
                    control.durableOffset(log.durable);
                }
                while (cursor.next(readOnly.through())) {
                    assertThat(cursor.frame().offset()).isEqualTo(expected++);
                }
                assertThat(expected).isEqualTo(log.durable + 1);
            }
            assertThat(cursor.read(17, readOnly.through())).isTrue();
            assertThat(cursor.read(3, readOnly.through())).isTrue();
        }
    }

    @Test
    void shouldFindARecordInASegmentThatTheWriterBeganAfterItsListing() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        new Identity(TestLog.INSTALLATION, 1).write(directory);
        try (DirectoryLock lock = DirectoryLock.acquire(directory);
                TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            assertThat(lock).isNotNull();
            log.append(1, 50);
            LogCursor cursor = ReadOnlyLog.open(root).cursor();
            assertThat(cursor.read(0, 0)).isTrue();
            for (int i = 0; i < 35; i++) {
                log.append(1, 50);
            }
            for (long offset : new long[] {17, 34, 4, 22}) {
                assertThat(cursor.read(offset, log.last())).isTrue();
                assertThat(cursor.frame().offset()).isEqualTo(offset);
            }
        }
    }

    @Test
    void shouldReadToTheLastGoodRecordAtRest() throws IOException {
        LogDirectory directory = new LogDirectory(root.resolve("live"));
        try (TestLog log = TestLog.open(root.resolve("live"))) {
            new Identity(TestLog.INSTALLATION, 1).write(directory);
            for (int i = 0; i < 20; i++) {
                log.append(1, 50);
            }
            ReadOnlyLog killed = ReadOnlyLog.open(log.copyAsKilled(root.resolve("killed")));
            assertThat(killed.isLive()).isFalse();
            assertThat(killed.through()).isEqualTo(19);
            assertThat(killed.scans()).hasSize(1);
            LogCursor cursor = killed.cursor();
            for (long offset = 19; offset >= 0; offset--) {
                assertThat(cursor.read(offset, killed.through())).isTrue();
            }
        }
        ReadOnlyLog closed = ReadOnlyLog.open(root.resolve("live"));
        assertThat(closed.through()).isEqualTo(19);
        assertThat(closed.scans()).isEmpty();
    }

    /** Only the numbers of the others tell that there was one: it is no range that nobody used. */
    @Test
    void shouldNotPassOverASegmentThatIsGoneWithItsManifest() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        new Identity(TestLog.INSTALLATION, 1).write(directory);
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 35; i++) {
                log.append(1, 50);
            }
        }
        Path gone = directory.segmentFile(1, 2).path();
        Files.delete(gone);
        Files.delete(LogDirectory.manifestFile(gone));
        ReadOnlyLog readOnly = ReadOnlyLog.open(root);
        LogCursor cursor = readOnly.cursor();
        for (long offset = 0; offset < 35; offset++) {
            long wanted = offset;
            if (offset >= 10 && offset < 20) {
                assertThatThrownBy(() -> cursor.read(wanted, readOnly.through()))
                        .isInstanceOf(DamagedLogException.class)
                        .hasMessageContaining("expected segments with these offsets");
            } else {
                assertThat(cursor.read(wanted, readOnly.through())).isTrue();
            }
        }
        readOnly.catalog().refresh(); // as a reader does that meets the end
        assertThatThrownBy(() -> cursor.read(15, readOnly.through())).isInstanceOf(DamagedLogException.class);
    }

    @Test
    void shouldNoticeThatTheWriterIsGone() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        new Identity(TestLog.INSTALLATION, 1).write(directory);
        try (TestLog log = TestLog.open(root)) {
            ReadOnlyLog readOnly;
            try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
                assertThat(lock).isNotNull();
                Control control = Control.create(directory, TestLog.INSTALLATION, 1, 42);
                control.openState();
                log.append(5, 50);
                control.durableOffset(1);
                readOnly = ReadOnlyLog.open(root);
                assertThat(readOnly.through()).isEqualTo(1);
            }
            await().until(() -> readOnly.through() == 4);
        }
    }
}
