package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.disk.DiskSpy;
import dev.cairn.task.NewTask;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of file operations on which every promise about a power cut stands. */
class DurabilityOrderTest {
    private static final String SEGMENT_FORCED = "FORCE log/.*\\.cq4";
    private static final WriteOptions DURABLE = WriteOptions.defaults().withAck(Ack.DURABLE);

    /** Forces when it is asked to, not by the clock. */
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .forceIntervalMillis(60_000)
            .projection(false)
            .build();

    @TempDir
    Path temporary;

    @Test
    void shouldForceTheSegmentAndItsNameBeforeItAcknowledges() {
        try (DiskSpy disk = DiskSpy.on(temporary);
                Cairn cairn = Cairn.open(temporary, OPTIONS)) {
            cairn.tasks().create(NewTask.of("a"), DURABLE);
            int forced = disk.find(SEGMENT_FORCED, 0);
            assertThat(forced).as("%s", disk.seen()).isNotNegative();
            assertThat(disk.find("FORCE log/[0-9]+", forced))
                    .as("%s", disk.seen())
                    .isNotNegative();

            int before = disk.seen().size();
            cairn.tasks().create(NewTask.of("b"), DURABLE);
            assertThat(disk.find(SEGMENT_FORCED, before)).as("%s", disk.seen()).isNotNegative();
        }
    }

    @Test
    void shouldForceEverySegmentThatARollLeftBehindAndTheNamesOfTheNewOnes() {
        CairnOptions options = TestDirectories.smallSegments()
                .forceIntervalMillis(60_000)
                .projection(false)
                .segmentRecordsMax(2)
                .build();
        try (DiskSpy disk = DiskSpy.on(temporary);
                Cairn cairn = Cairn.open(temporary, options)) {
            cairn.tasks().create(NewTask.of("first"), DURABLE);
            int before = disk.seen().size();
            for (int i = 0; i < 5; i++) {
                cairn.tasks().create(NewTask.of("t" + i));
            }
            cairn.sync();
            long segments = cairn.watermarks().segments();
            for (long number = 2; number <= segments; number++) {
                int forced = disk.find("FORCE log/.*0" + number + "\\.cq4", before);
                assertThat(forced).as("segment %d: %s", number, disk.seen()).isNotNegative();
                assertThat(disk.find("FORCE log/[0-9]+", forced))
                        .as("name of segment %d: %s", number, disk.seen())
                        .isNotNegative();
            }
        }
    }

    @Test
    void shouldForceTheLogBeforeItWritesACheckpointOfIt() {
        try (DiskSpy disk = DiskSpy.on(temporary)) {
            Cairn cairn = Cairn.open(temporary, OPTIONS);
            cairn.tasks().create(NewTask.of("a"), DURABLE);
            int before = disk.seen().size();
            cairn.tasks().create(NewTask.of("b"));
            cairn.close();

            int checkpoint = disk.find("(OPEN|WRITE|MOVE) checkpoint/.*", before);
            int forced = disk.find(SEGMENT_FORCED, before);
            assertThat(forced).as("%s", disk.seen()).isBetween(before, checkpoint);
            int clean = disk.find("MOVE clean.*", before);
            assertThat(clean).as("%s", disk.seen()).isGreaterThan(checkpoint);
        }
    }

    /** A marker that outlived a first record would make the next opening issue the lost offsets again. */
    @Test
    void shouldRemoveTheCleanMarkerForGoodBeforeTheFirstRecordOfAnOpening() {
        Cairn.open(temporary, OPTIONS).close();
        try (Cairn cairn = Cairn.open(temporary, OPTIONS)) {
            cairn.tasks().create(NewTask.of("a"));
        }
        Path marker = temporary.resolve("clean");
        assertThat(Files.exists(marker)).isTrue();
        try (DiskSpy disk = DiskSpy.on(temporary);
                Cairn cairn = Cairn.open(temporary, OPTIONS)) {
            assertThat(Files.exists(marker)).isTrue();
            cairn.tasks().create(NewTask.of("b"));
            assertThat(Files.exists(marker)).as("%s", disk.seen()).isFalse();
            int removed = disk.find("DELETE clean", 0);
            int forced = disk.find("FORCE ", removed);
            assertThat(removed).as("%s", disk.seen()).isNotNegative();
            assertThat(forced).as("%s", disk.seen()).isBetween(removed, disk.find(SEGMENT_FORCED, removed));
        }
    }
}
