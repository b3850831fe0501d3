package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.codec.SegmentHeader;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GeometryTest {
    private static final int MIB = 1 << 20;

    @Test
    void shouldStateItsDefaults() {
        SegmentOptions options = SegmentOptions.defaults();
        assertThat(options.segmentBytesMax()).isEqualTo(64 * MIB);
        assertThat(options.segmentAgeMax()).isEqualTo(Duration.ofHours(24));
        assertThat(options.segmentRecordsMax()).isEqualTo(SegmentOptions.NO_LIMIT);
        assertThat(options.documentBytesMax()).isEqualTo(17 * MIB);
        assertThat(Geometry.of(options)).isEqualTo(new Geometry(64 * MIB, 80 * MIB, 100 * MIB));
    }

    @Test
    void shouldRefuseOptionsOutOfRange() {
        assertThatThrownBy(() -> SegmentOptions.ofSegmentBytes(MIB - 1)).hasMessageContaining("segmentBytesMax");
        assertThatThrownBy(() -> SegmentOptions.defaults().withSegmentRecordsMax(0))
                .hasMessageContaining("segmentRecordsMax");
        assertThatThrownBy(() -> SegmentOptions.defaults().withSegmentAgeMax(Duration.ZERO))
                .hasMessageContaining("segmentAgeMax");
        assertThatThrownBy(() -> SegmentOptions.defaults().withDocumentBytesMax(49 * MIB))
                .hasMessageContaining("documentBytesMax");
    }

    @Test
    void shouldLeaveRoomForTheLargestDocumentInEverySegmentAndNeverReachTheOverlap() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            int segmentBytes = MIB + random.nextInt((1 << 30) - MIB + 1);
            SegmentOptions options = SegmentOptions.ofSegmentBytes(segmentBytes);
            if (random.nextBoolean()) {
                options = options.withDocumentBytesMax(
                        4_096 + random.nextInt(Math.min(64 * MIB, segmentBytes / 4 * 3) - 4_096));
            }
            Geometry geometry = Geometry.of(options);
            String what = "seed " + seed + ": " + options + " " + geometry;
            int firstPosition = 16 << 10;
            assertThat(geometry.fits(firstPosition + SegmentHeader.BYTES, options.documentBytesMax()))
                    .as(what)
                    .isTrue();
            assertThat(geometry.reservedBytes()).as(what).isLessThan(geometry.blockBytes());
            assertThat(geometry.fileBytes() - geometry.blockBytes())
                    .as(what)
                    .isGreaterThan(options.documentBytesMax() + 64);
            int length = random.nextInt(options.documentBytesMax());
            int position = random.nextInt(geometry.reservedBytes());
            if (geometry.fits(position, length)) {
                assertThat(QueueFormat.next(position, length) + 2_000).as(what).isLessThan(geometry.reservedBytes());
            }
        }
    }
}
