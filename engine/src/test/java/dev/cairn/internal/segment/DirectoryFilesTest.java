package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.codec.FileEnvelope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryFilesTest {
    @TempDir
    Path root;

    private LogDirectory directory;

    @BeforeEach
    void name() {
        directory = new LogDirectory(root);
    }

    @Test
    void shouldRefuseASecondWriterInTheSameProcessAndNameIt() throws IOException {
        try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
            assertThat(lock).isNotNull();
            assertThat(DirectoryLock.isHeld(directory)).isTrue();
            assertThatThrownBy(() -> DirectoryLock.acquire(directory))
                    .isInstanceOfSatisfying(
                            DataDirectoryException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED))
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
            assertThat(DirectoryLock.isHeld(directory)).isTrue();
        }
        assertThat(DirectoryLock.isHeld(directory)).isFalse();
        DirectoryLock.acquire(directory).close();
    }

    @Test
    void shouldRefuseASecondWriterInAnotherProcessAndNameIt() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThat(DirectoryLock.isHeld(directory)).isTrue();
            assertThat(DirectoryLock.holder(directory)).contains("pid " + other.pid());
            assertThatThrownBy(() -> DirectoryLock.acquire(directory))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("pid " + other.pid());
        } finally {
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(DirectoryLock.isHeld(directory)).isFalse();
        DirectoryLock.acquire(directory).close();
    }

    @Test
    void shouldRefuseAMountWhereAWriterOfAnotherHostHasNotClosed() throws IOException {
        Identity identity = new Identity(UUID.randomUUID(), 123);
        identity.write(directory);
        Control control = Control.create(directory, identity.installation(), 1, 7);
        control.openState();
        String other = "pid 12 on another-host";
        assertThatThrownBy(() -> DirectoryLock.refuseOtherHost(directory, other, "nfs4"))
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED))
                .hasMessageContaining("was " + other)
                .hasMessageEndingWith("delete " + directory.lockFile());
        DirectoryLock.refuseOtherHost(directory, other, "ext4"); // a container that was killed and has a new name
        DirectoryLock.refuseOtherHost(directory, "an unknown process", "nfs4");
        try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
            assertThat(lock).isNotNull();
            DirectoryLock.refuseOtherHost(directory, DirectoryLock.holder(directory), "nfs4");
        }
        control.closedState();
        DirectoryLock.refuseOtherHost(directory, other, "nfs4");
    }

    /** A process of its own that takes the lock and keeps it. */
    static final class LockHolder {
        public static void main(String[] arguments) throws Exception {
            try (DirectoryLock lock = DirectoryLock.acquire(new LogDirectory(Path.of(arguments[0])))) {
                System.out.println(lock == null ? "none" : "held");
                Thread.sleep(60_000);
            }
        }
    }

    @Test
    void shouldKeepItsIdentity() throws IOException {
        assertThat(Identity.read(directory)).isNull();
        Identity identity = new Identity(UUID.randomUUID(), 123);
        identity.write(directory);
        assertThat(Identity.read(directory)).isEqualTo(identity);
    }

    @Test
    void shouldTellAForeignIdentityFromANewerOne() throws IOException {
        Files.writeString(directory.identityFile(), "something else, and long enough to be an envelope of its own");
        assertThatThrownBy(() -> Identity.read(directory))
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.FOREIGN));
        new FileEnvelope(Identity.KIND, Identity.FORMAT + 1, UUID.randomUUID(), new byte[8])
                .write(directory.identityFile());
        assertThatThrownBy(() -> Identity.read(directory))
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.NEWER_FORMAT));
    }

    @Test
    void shouldKeepTheCleanMarkerUntilItIsRemoved() throws IOException {
        assertThat(CleanMarker.read(directory, TestLog.INSTALLATION)).isNull();
        CleanMarker marker = new CleanMarker(3, 17, 99);
        marker.write(directory, TestLog.INSTALLATION);
        assertThat(CleanMarker.read(directory, TestLog.INSTALLATION)).isEqualTo(marker);
        assertThat(CleanMarker.read(directory, UUID.randomUUID())).isNull();
        CleanMarker behindGap = new CleanMarker(3, 17_000, 99, 16);
        behindGap.write(directory, TestLog.INSTALLATION);
        assertThat(CleanMarker.read(directory, TestLog.INSTALLATION)).isEqualTo(behindGap);
        CleanMarker.remove(directory);
        assertThat(CleanMarker.read(directory, TestLog.INSTALLATION)).isNull();
        CleanMarker.remove(directory);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 2_048, 2_124})
    void shouldGiveAWatermarkThatWasCutItsLengthAgain(int bytes) throws IOException {
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            watermark.write(1, 10, 1, 4_096);
            watermark.write(1, 20, 1, 8_192);
        }
        long whole = Files.size(directory.watermarkFile());
        try (FileChannel channel = FileChannel.open(directory.watermarkFile(), StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            watermark.write(2, 30, 2, 4_096);
            watermark.write(2, 40, 2, 8_192);
        }

        assertThat(Files.size(directory.watermarkFile())).isEqualTo(whole);
        assertThat(Watermark.read(directory, TestLog.INSTALLATION).durableOffset())
                .isEqualTo(40);
    }

    @Test
    void shouldCutAWatermarkThatIsTooLong() throws IOException {
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            watermark.write(1, 10, 1, 0);
        }
        long whole = Files.size(directory.watermarkFile());
        Files.write(directory.watermarkFile(), new byte[1_000], StandardOpenOption.APPEND);
        Watermark.open(directory, TestLog.INSTALLATION, 1_000).close();
        assertThat(directory.watermarkFile()).hasSize(whole);
        assertThat(Watermark.read(directory, TestLog.INSTALLATION).durableOffset())
                .isEqualTo(10);
    }

    @Test
    void shouldReadTheNewestWatermark() throws IOException {
        assertThat(Watermark.read(directory, TestLog.INSTALLATION)).isNull();
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            for (int i = 1; i <= 5; i++) {
                watermark.write(1, i * 10L, 1, i * 100);
                assertThat(Watermark.read(directory, TestLog.INSTALLATION))
                        .isEqualTo(new Watermark.Mark(i, 1, i * 10L, 1, i * 100, 1_000));
            }
        }
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            watermark.write(2, 70, 2, 5);
        }
        assertThat(Watermark.read(directory, TestLog.INSTALLATION))
                .isEqualTo(new Watermark.Mark(6, 2, 70, 2, 5, 1_000));
        assertThat(Watermark.read(directory, UUID.randomUUID())).isNull();
    }

    @Test
    void shouldFallBackToTheOtherSlotWhereverOneIsDamaged() throws IOException {
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            watermark.write(1, 10, 1, 100);
            watermark.write(1, 20, 1, 200);
        }
        byte[] good = Files.readAllBytes(directory.watermarkFile());
        int used = FileEnvelope.HEADER_BYTES + 28;
        for (int slot : new int[] {0, 2048}) {
            for (int i = 0; i < used; i++) {
                byte[] bad = Arrays.copyOf(good, good.length);
                bad[slot + i] ^= 1;
                Files.write(directory.watermarkFile(), bad);
                Watermark.Mark mark = Watermark.read(directory, TestLog.INSTALLATION);
                assertThat(mark).as("slot at %d, byte %d", slot, i).isNotNull();
                assertThat(mark.durableOffset()).isEqualTo(slot == 0 ? 10 : 20);
            }
        }
    }

    @Test
    void shouldMakeADamagedControlFileAnew() throws IOException {
        UUID installation = UUID.randomUUID();
        Control.create(directory, installation, 1, 1);
        byte[] damaged = new byte[Math.toIntExact(Files.size(directory.controlFile()))];
        Arrays.fill(damaged, (byte) 7);
        Files.write(directory.controlFile(), damaged);

        Control.create(directory, installation, 2, 2).closedState();

        assertThat(Control.problem(Files.readAllBytes(directory.controlFile()), installation))
                .isNull();
    }

    @Test
    void shouldShowTheNumbersOfTheWriterToOtherMappings() throws IOException {
        assertThat(Control.read(directory, TestLog.INSTALLATION)).isNull();
        Control writer = Control.create(directory, TestLog.INSTALLATION, 4, 77);
        Control reader = Control.read(directory, TestLog.INSTALLATION);
        assertThat(reader).isNotNull();
        assertThat(reader.isOpen()).isFalse();
        assertThat(reader.durableOffset()).isEqualTo(-1);
        writer.durableOffset(5);
        writer.endOffset(9);
        writer.projectionOffset(3);
        writer.openState();
        assertThat(reader.isOpen()).isTrue();
        assertThat(reader.epoch()).isEqualTo(4);
        assertThat(reader.opening()).isEqualTo(77);
        assertThat(reader.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(reader.durableOffset()).isEqualTo(5);
        assertThat(reader.endOffset()).isEqualTo(9);
        assertThat(reader.projectionOffset()).isEqualTo(3);
        writer.closedState();
        assertThat(reader.isOpen()).isFalse();
        assertThat(Control.read(directory, UUID.randomUUID())).isNull();
    }
}
