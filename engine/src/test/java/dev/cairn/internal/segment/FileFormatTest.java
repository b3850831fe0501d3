package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins the bytes of each file of the first format: a change here is a new format, never an edit. */
class FileFormatTest {
    @TempDir
    Path root;

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Manifest manifest() {
        byte[] frameHash = new byte[32];
        Arrays.fill(frameHash, (byte) 0xAA);
        byte[] previousHash = new byte[32];
        Arrays.fill(previousHash, (byte) 0xBB);
        SparseIndex index = new SparseIndex(1_000, 0);
        index.offer(1_000, 4_468);
        index.offer(1_030, 13_000);
        return new Manifest(
                        7,
                        3,
                        1_000,
                        1_049,
                        4_368,
                        20_000,
                        50,
                        15_000,
                        1_700_000_000_000_000L,
                        1_700_000_000_000_490L,
                        0x12345678,
                        true,
                        frameHash,
                        previousHash,
                        index,
                        Manifest.noHash(),
                        List.of(),
                        Manifest.noHash())
                .hashed();
    }

    @Test
    void shouldPinTheManifest() throws IOException {
        Path file = root.resolve("manifest");
        manifest().write(file, TestLog.INSTALLATION);
        assertThat(hex(Files.readAllBytes(file)))
                .isEqualTo(""
                        + "434149524e454e564d414e4901000000007000000000890101000000000000809c000000b31c15e2"
                        + "0700000003000000e803000000000000190400000000000010110000204e00003200000000000000"
                        + "983a00000000000000401e18240a0600ea411e18240a06007856341201000000aaaaaaaaaaaaaaaa"
                        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                        + "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0200000000000000741100001e000000c8320000");
    }

    private static Manifest repaired() {
        Manifest v1 = manifest();
        byte[] replaces = new byte[32];
        Arrays.fill(replaces, (byte) 0xCC);
        return new Manifest(
                        v1.number(),
                        v1.epoch(),
                        v1.firstOffset(),
                        v1.lastOffset(),
                        v1.startPosition(),
                        v1.endPosition(),
                        v1.records() - 6,
                        v1.frameBytes(),
                        v1.firstAt(),
                        v1.lastAt(),
                        v1.lastChecksum(),
                        false,
                        v1.frameHash(),
                        v1.previousHash(),
                        v1.index(),
                        replaces,
                        List.of(new OffsetRange(1_010, 1_014), new OffsetRange(1_049, 1_049)),
                        Manifest.noHash())
                .hashed();
    }

    @Test
    void shouldPinTheManifestOfARepairedSegment() throws IOException {
        Path file = root.resolve("manifest");
        repaired().write(file, TestLog.INSTALLATION);
        String written = hex(Files.readAllBytes(file));
        assertThat(written).startsWith("434149524e454e564d414e4902000000");
        assertThat(written)
                .endsWith("c8320000" + "cc".repeat(32) + "02000000" + "f203000000000000f603000000000000"
                        + "19040000000000001904000000000000");
        assertThat(Manifest.read(file, TestLog.INSTALLATION))
                .usingRecursiveComparison()
                .isEqualTo(repaired());
    }

    @Test
    void shouldReadAManifestAsItWasWritten() throws IOException {
        Path file = root.resolve("manifest");
        manifest().write(file, TestLog.INSTALLATION);
        Manifest read = Manifest.read(file, TestLog.INSTALLATION);
        assertThat(read).usingRecursiveComparison().isEqualTo(manifest());
        assertThat(read.index().floor(1_029)).isEqualTo(4_468);
        assertThat(read.index().floor(1_030)).isEqualTo(13_000);
        assertThat(read.index().floor(999)).isEqualTo(-1);
    }

    @Test
    void shouldNoticeEveryFlippedBitOfAManifest() throws IOException {
        Path file = root.resolve("manifest");
        manifest().write(file, TestLog.INSTALLATION);
        LogCorrupter corrupter = new LogCorrupter(file);
        for (long bit = 0; bit < Files.size(file) * 8; bit++) {
            corrupter.flipBit(bit);
            assertThatThrownBy(() -> Manifest.read(file, TestLog.INSTALLATION))
                    .as("bit %d", bit)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("expected");
            corrupter.flipBit(bit);
        }
    }

    @Test
    void shouldPinTheIdentity() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        new Identity(TestLog.INSTALLATION, 1_700_000_000_000_000L).write(directory);
        assertThat(hex(Files.readAllBytes(directory.identityFile())))
                .isEqualTo(""
                        + "434149524e454e5649444e5401000000007000000000890101000000000000800800000069a51d39"
                        + "00401e18240a0600");
    }

    @Test
    void shouldPinTheCleanMarker() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        new CleanMarker(3, 1_050, 0x12345678).write(directory, TestLog.INSTALLATION);
        assertThat(hex(Files.readAllBytes(directory.cleanFile())))
                .isEqualTo(""
                        + "434149524e454e56434c454e01000000007000000000890101000000000000801000000059fefc18"
                        + "1a040000000000000300000078563412");
    }

    @Test
    void shouldPinTheWatermark() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        try (Watermark watermark = Watermark.open(directory, TestLog.INSTALLATION, 1_000)) {
            watermark.write(3, 1_049, 7, 20_000);
        }
        byte[] bytes = Files.readAllBytes(directory.watermarkFile());
        assertThat(bytes).hasSize(4_096);
        assertThat(hex(Arrays.copyOfRange(bytes, 2_048, 2_048 + 76)))
                .isEqualTo(""
                        + "434149524e454e56574d524b02000000007000000000890101000000000000802400000087bd01fc"
                        + "010000000000000019040000000000000300000007000000204e0000e803000000000000");
    }

    @Test
    void shouldReadAWatermarkOfTheFirstFormat() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        byte[] bytes = new byte[4_096];
        byte[] slot = HexFormat.of()
                .parseHex("434149524e454e56574d524b01000000007000000000890101000000000000801c00000044e12a37"
                        + "010000000000000019040000000000000300000007000000204e0000");
        System.arraycopy(slot, 0, bytes, 2_048, slot.length);
        Files.write(directory.watermarkFile(), bytes);
        assertThat(Watermark.read(directory, TestLog.INSTALLATION))
                .isEqualTo(new Watermark.Mark(1, 3, 1_049, 7, 20_000, 0));
    }

    @Test
    void shouldPinTheControlFile() throws IOException {
        LogDirectory directory = new LogDirectory(root);
        Control control = Control.create(directory, TestLog.INSTALLATION, 3, 0x0102030405060708L);
        control.durableOffset(1_049);
        control.endOffset(1_060);
        control.projectionOffset(1_000);
        control.openState();
        byte[] bytes = Files.readAllBytes(directory.controlFile());
        Arrays.fill(bytes, 24, 32, (byte) 0); // the process id
        assertThat(bytes).hasSize(4_096);
        assertThat(hex(Arrays.copyOf(bytes, 72)))
                .isEqualTo(""
                        + "43524e43010000000070000000008901010000000000008000000000000000000300000001000000"
                        + "19040000000000002404000000000000e8030000000000000807060504030201");
    }
}
