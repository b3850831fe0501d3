package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Recovery.Verdict;
import dev.cairn.inspect.Verification;
import dev.cairn.log.LogFilter;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are whole, and of another time or of another log: copies that were put back in part. */
class DivergedCopyTest {
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments().build();
    private static final CairnOptions READING =
            TestDirectories.smallSegments().readOnly(true).build();
    private static final String SEGMENT = "log/0000000002/00000002.";

    @TempDir
    Path temporary;

    private Path directory;
    private Path fork;

    /** Three epochs, and a copy of the first that went on otherwise: its second one is shorter. */
    @BeforeEach
    void write() {
        directory = temporary.resolve("data");
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("common"));
        }
        fork = TestDirectories.copyAsIfKilled(directory, temporary.resolve("fork"));
        write(directory, "mine", 20);
        write(fork, "other", 10);
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            cairn.tasks().create(NewTask.of("last"));
        }
    }

    private static void write(Path to, String name, int count) {
        try (Cairn cairn = Cairn.open(to, OPTIONS)) {
            cairn.tasks().create(NewTask.of(name + "-first"));
            for (int i = 1; i < count; i++) {
                cairn.tasks().upsert(name + i % 5, TaskPatch.empty().priority(i % 9), WriteOptions.defaults());
            }
        }
    }

    private void take(Path from, String file) throws IOException {
        Files.copy(from.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void shouldMissWhatASegmentOfAnotherTimeDoesNotHold() throws IOException {
        take(fork, SEGMENT + "cq4");
        take(fork, SEGMENT + "manifest");
        assertThat(Verification.of(directory, false, Progress.NONE).isSound()).isFalse();
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lostCount()).as("as many as it is shorter").isEqualTo(10);
        long lost = plan.lost().get(0).first();
        for (CairnOptions options : new CairnOptions[] {READING, OPTIONS}) {
            try (Cairn cairn = Cairn.open(directory, options)) {
                assertThat(cairn.health().warnings()).anyMatch(warning -> warning.contains("copies from elsewhere"));
                assertThatThrownBy(() -> cairn.log().read(lost, lost + 1, LogFilter.all(), 1))
                        .isInstanceOf(DamagedLogException.class);
                assertThatThrownBy(() -> cairn.tasks().history("mine-first", Long.MAX_VALUE, 10))
                        .as("its record is that of another there")
                        .isInstanceOf(DamagedLogException.class);
                assertThat(cairn.tasks().get("last")).isPresent();
            }
        }
    }

    @Test
    void shouldLinkAGoodCopyThatWasPutBackInThePlaceOfARepairedSegment() throws IOException {
        Path whole = TestDirectories.copyAsIfKilled(directory, temporary.resolve("whole"));
        damage(SEGMENT, "mine4");
        damage("log/0000000003/00000003.", "last"); // the manifest behind the copy is to be of after the repair
        assertThat(plan().lostCount()).isEqualTo(2);
        plan().apply(OPTIONS);

        take(whole, SEGMENT + "cq4");
        take(whole, SEGMENT + "manifest");
        assertThat(Verification.of(directory, false, Progress.NONE).isSound()).isFalse();
        Recovery plan = plan();
        assertThat(plan.lostCount()).isZero();
        assertThat(plan.segments()).extracting(Recovery.SegmentReport::verdict).contains(Verdict.UNCHAINED);
        plan.apply(OPTIONS);
        assertThat(plan().isDue()).isFalse();
        Verification verified = Verification.of(directory, true, Progress.NONE);
        assertThat(verified.isSound()).as(verified.findings().toString()).isTrue();
    }

    private void damage(String segment, String key) throws IOException {
        Path file = directory.resolve(segment + "cq4");
        byte[] bytes = Files.readAllBytes(file);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(key)] ^= 1;
        Files.write(file, bytes);
    }

    private Recovery plan() {
        return Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
    }

    @Test
    void shouldNotSetALogAsideThatIsBesideAnothersIdentity() throws IOException {
        Path other = temporary.resolve("other");
        write(other, "foreign", 3);
        take(other, "identity");
        for (ThrowingCallable look : new ThrowingCallable[] {
            this::plan,
            () -> Cairn.open(directory, OPTIONS).close(),
            () -> Cairn.open(directory, READING).close()
        }) {
            assertThatThrownBy(look)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("expected the log of installation ");
        }
    }
}
