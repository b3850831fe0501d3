package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.harness.SmallDisk;
import dev.cairn.internal.disk.DiskFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A repair for which the disk has no room, or to which nothing can be written: nothing is lost, and the same repair goes on when
 * there is room.
 *
 * <p>Threading: one thread.
 */
class RepairOnFullDiskTest {
    private static final int DISK_MEGABYTES = 48;
    private static final String JAVA = "Exception";
    private static final Pattern ROOM = Pattern.compile("expected room for (\\d+) bytes");
    private static final String[] SMALL = {"--segment-bytes-max", "1MiB"};

    @TempDir
    Path temporary;

    private DamagedDirectory damaged(Path at) throws IOException {
        DamagedDirectory log = DamagedDirectory.write(temporary.resolve("data")).copy(at);
        log.zero(log.segments().get(1), 300_000, 2_000);
        return log;
    }

    @Test
    void shouldNotBeginARepairThatTheDiskHasNoRoomFor() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), DISK_MEGABYTES)) {
            DamagedDirectory log = damaged(disk.resolve("data"));
            disk.leave(1 << 20);
            Map<String, String> before = log.listing();

            RunVerb refused = apply(log);
            assertThat(refused.exit()).as(refused.err()).isEqualTo(ExitCode.FAILED.number());
            assertThat(refused.err())
                    .contains("expected room for ")
                    .contains("nothing was changed")
                    .doesNotContain(JAVA);
            before.keySet().retainAll(log.listing().keySet());
            assertThat(before).containsKeys("identity", "clean", "log/0000000001/00000002.cq4");
            assertThat(log.listing()).doesNotContainKeys("repair.begun", "quarantine");

            disk.release();
            JsonNode plan = log.dryRun();
            assertThat(apply(log).exit()).isZero();
            log.assertRepaired(plan);
        }
    }

    /** What the message asks for is enough for all that follows: nothing fails behind the repair, and the log is closed in good order. */
    @Test
    void shouldAskForTheRoomThatTheOpeningBehindTheRepairTakes() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), DISK_MEGABYTES)) {
            DamagedDirectory log = damaged(disk.resolve("data"));
            for (int i = 0; i < 3; i++) {
                log.zero(log.segments().get(i), 200_000, 2_000);
            }
            Files.deleteIfExists(log.data().resolve("reserve"));
            JsonNode plan = log.dryRun();
            disk.leave(1 << 20);
            Matcher needed = ROOM.matcher(apply(log).err());
            assertThat(needed.find()).isTrue();
            disk.leave(Long.parseLong(needed.group(1)) + 4_096);

            RunVerb done = apply(log);

            assertThat(done.exit()).as(done.err()).isZero();
            assertThat(log.listing()).containsKeys("clean", "projection.db", "checkpoint/state.checkpoint");
            assertThat(RunVerb.cairn("verify", "--data", log.data()).out())
                    .doesNotContain("did not close in good order");
            disk.release();
            log.assertRepaired(plan);
        }
    }

    @Test
    void shouldSayThatTheOpeningBehindARepairCouldNotBeClosed() throws IOException {
        DamagedDirectory log = damaged(temporary.resolve("damaged"));
        JsonNode plan = log.dryRun();
        RunVerb done;
        try (DiskFaults full = DiskFaults.failEach(
                log.data(),
                DiskFaults.On.WRITE,
                file -> file.getFileName().toString().startsWith("clean"),
                DiskFaults.Fault.ENOSPC)) {
            done = apply(log);
            assertThat(full.hasStruck()).isTrue();
        }

        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out())
                .contains("could not be closed in good order; the next opening recovers")
                .doesNotContain("the log opens for writing");
        log.assertRepaired(plan);
    }

    @Test
    void shouldFinishARepairThatAFullDiskCutOff() throws IOException {
        DamagedDirectory log = damaged(temporary.resolve("damaged"));
        JsonNode plan = log.dryRun();
        byte[] original = Files.readAllBytes(log.segments().get(1));
        RunVerb cutOff;
        try (DiskFaults full = DiskFaults.failEach(
                log.data(),
                DiskFaults.On.WRITE,
                file -> file.toString().endsWith(".salvaged"),
                DiskFaults.Fault.ENOSPC)) {
            cutOff = apply(log);
            assertThat(full.hasStruck()).isTrue();
        }
        assertThat(cutOff.exit()).as(cutOff.err()).isEqualTo(ExitCode.FAILED.number());
        assertThat(cutOff.err())
                .contains("expected room for ")
                .contains("No space left on device")
                .doesNotContain(JAVA);
        assertThat(log.segments().get(1)).hasBinaryContent(original);
        assertThat(log.listing().keySet()).noneMatch(name -> name.endsWith(".salvaged"));

        assertThat(apply(log).exit()).isZero();
        log.assertRepaired(plan);
    }

    @Test
    void shouldSayThatTheFileSystemIsReadOnly() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), DISK_MEGABYTES)) {
            damaged(disk.resolve("data"));
            try (SmallDisk view = disk.readOnlyView(temporary.resolve("view"))) {
                DamagedDirectory log = new DamagedDirectory(view.resolve("data"), Map.of());
                RunVerb repair = apply(log);
                assertThat(repair.exit()).isEqualTo(ExitCode.DIRECTORY.number());
                assertThat(repair.err().toLowerCase(java.util.Locale.ROOT)).contains("read-only file system");
                assertThat(repair.err()).doesNotContain(JAVA);
                RunVerb opened = RunVerb.cairn("replay", "--rebuild", "state", "--data", view.resolve("data"));
                RunVerb made = RunVerb.cairn("import", temporary.resolve("none"), "--data", view.resolve("new"));
                assertThat(opened.err() + made.err())
                        .doesNotContain("without permission")
                        .doesNotContain(JAVA);
            }
        }
    }

    private static RunVerb apply(DamagedDirectory log) {
        return RunVerb.cairn("replay", "--apply", "--data", log.data(), SMALL[0], SMALL[1]);
    }
}
