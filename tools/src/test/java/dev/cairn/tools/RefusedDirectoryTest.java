package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.TestDirectories;
import dev.cairn.harness.SmallDisk;
import dev.cairn.task.NewTask;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads when a directory cannot be served: exit code 3, one message, and what goes on all the same. */
class RefusedDirectoryTest {
    private static final CairnOptions OPTIONS =
            CairnOptions.builder().segmentBytesMax(1 << 20).build();
    private static final int DISK_MEGABYTES = 24;
    private static final int TASKS = 50;
    private static final int PAGE_BYTES = 4_096;

    @TempDir
    Path dir;

    private static UUID fill(Path data) {
        try (Cairn cairn = Cairn.open(data, OPTIONS)) {
            for (int i = 0; i < TASKS; i++) {
                cairn.tasks().create(NewTask.of("t" + i).metadata("{\"text\":\"" + "x".repeat(1_000) + "\"}"));
            }
            return cairn.installation();
        }
    }

    private static void requireRefused(String why, Object... serve) {
        RunVerb run = RunVerb.cairn(serve);
        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(run.err()).startsWith("cairn: ").contains(why);
        assertThat(run.out()).isEmpty();
    }

    private void requireReads(Path data) throws Exception {
        RunVerb got = RunVerb.cairn("get", "t1", "--data", data, "-o", "json");
        assertThat(got.exit()).as(got.err()).isZero();
        assertThat(Json.parse(got.out()).path("id").asText()).isEqualTo("t1");
        RunVerb tail = RunVerb.cairn("tail", "-n", "1000", "--data", data, "-o", "json");
        assertThat(tail.out()).contains("\"key\":\"t1\"");
        assertThat(RunVerb.cairn("describe", "--data", data, "-o", "json").out())
                .contains("\"segments\"");
        try (CairnProcess server = CairnProcess.start(dir, "serve", "--read-only", "--data", data, "--port", "0")) {
            ServerConnection connection = new ServerConnection(URI.create(server.url()));
            assertThat(connection
                            .getJson("/v1/tasks/t1", Query.none())
                            .path("id")
                            .asText())
                    .isEqualTo("t1");
            server.terminate();
            assertThat(server.exit()).isEqualTo(ExitCode.TERMINATED.number());
        }
    }

    @Test
    void shouldOnlyReadOnAReadOnlyMount() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir.resolve("disk"), DISK_MEGABYTES)) {
            fill(disk.resolve("data"));
            try (SmallDisk view = disk.readOnlyView(dir.resolve("view"))) {
                Path data = view.resolve("data");
                requireRefused("expected a directory to read and write", "serve", "--data", data, "--port", "0");
                requireReads(data);
                assertThat(RunVerb.cairn("verify", "--data", data).exit()).isZero();
            }
        }
    }

    @Test
    void shouldNameWhoHasTheDirectory() {
        Path data = dir.resolve("data");
        fill(data);
        try (Cairn cairn = Cairn.open(data, OPTIONS)) {
            String holder = "pid " + ProcessHandle.current().pid();
            assertThat(cairn.health().ready()).isTrue();
            requireRefused(holder, "serve", "--data", data, "--port", "0");
            requireRefused("expected no other writer", "serve", "--data", data, "--port", "0");
        }
    }

    @Test
    void shouldNameTheDamageAndWhatCanBeDone() throws Exception {
        Path data = dir.resolve("data");
        fill(data);
        Path newest = newestSegment(data);
        long position = Files.size(newest) / 2 / PAGE_BYTES * PAGE_BYTES;
        try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
            file.seek(position);
            file.write(new byte[PAGE_BYTES]);
        }
        String accept = "accept the data loss by CairnOptions.acceptDataLoss, or by cairn serve --data " + data
                + " --accept-data-loss ";
        for (String said : new String[] {newest + " at byte ", "--read-only", "cairn replay", accept}) {
            requireRefused(said, "serve", "--data", data, "--port", "0");
        }
        requireReads(data);
    }

    @Test
    void shouldSayWhatHelpsWhereTheIdentityIsDamaged() throws Exception {
        Path data = dir.resolve("data");
        fill(data);
        byte[] identity = Files.readAllBytes(data.resolve("identity"));
        identity[identity.length - 1] ^= 1;
        Files.write(data.resolve("identity"), identity);
        String help = "; put it back from a copy; or cairn replay --apply --data " + data
                + " writes it again as the segments state it";

        requireRefused(help, "serve", "--data", data, "--port", "0");
        requireRefused(help, "describe", "--data", data);
        requireRefused("identity: expected checksum", "list", "--data", data);

        assertThat(RunVerb.cairn("replay", "--apply", "--data", data).exit()).isZero();
        requireReads(data);
    }

    /** As for somebody without permission, which a test that runs as root never is. */
    @Test
    void shouldNotTakeAnIdentityThatCannotBeLookedAtForNone() throws Exception {
        Path data = dir.resolve("data");
        fill(data);
        Path identity = data.resolve("identity");
        Files.delete(identity);
        Files.createSymbolicLink(identity, identity);
        for (String verb : new String[] {"describe", "list", "tail", "replay"}) {
            requireRefused("cannot be read: " + identity, verb, "--data", data);
        }
    }

    @Test
    void shouldNotLookForAnIdentityWhereNothingIsCairns() throws Exception {
        Path notes = Files.createDirectory(dir.resolve("notes"));
        Files.writeString(notes.resolve("notes.txt"), "notes");
        for (String verb : new String[] {"replay", "verify"}) {
            requireRefused("expected a data directory, was one without any file of Cairn's", verb, "--data", notes);
        }
    }

    /** All segments are another's then, and to set them aside would be to lose the log. */
    @Test
    void shouldNotTakeALogBesideTheIdentityOfAnotherForNothing() throws Exception {
        Path data = dir.resolve("data");
        UUID installation = fill(data);
        Path other = dir.resolve("other");
        fill(other);
        Files.copy(other.resolve("identity"), data.resolve("identity"), StandardCopyOption.REPLACE_EXISTING);
        for (String verb : new String[] {"replay", "tail", "export", "list", "serve", "describe"}) {
            requireRefused("was that of " + installation, verb, "--data", data);
        }
        requireRefused("was that of " + installation, "get", "t1", "--data", data);
        requireRefused("was that of " + installation, "replay", "--apply", "--data", data);
        assertThat(RunVerb.cairn("verify", "--data", data).exit()).isEqualTo(ExitCode.FINDINGS.number());

        Files.delete(data.resolve("identity"));
        RunVerb repaired = RunVerb.cairn("replay", "--apply", "--data", data);
        assertThat(repaired.exit()).as(repaired.err()).isZero();
        requireReads(data);
    }

    @Test
    void shouldNotBeginAnewWhereAnInstallationIsExpected() throws IOException {
        Path data = dir.resolve("data");
        UUID installation = fill(data);
        TestDirectories.delete(data);
        Files.createDirectories(data);
        requireRefused(
                "expected installation " + installation + ", was an empty directory",
                "serve",
                "--data",
                data,
                "--port",
                "0",
                "--identity",
                installation);
        assertThat(data).isEmptyDirectory();
    }

    private static Path newestSegment(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }
}
