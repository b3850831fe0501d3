package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.internal.codec.Document;
import dev.cairn.task.NewTask;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyVerbTest {
    private static final String SEGMENT = "log/0000000001/00000001.cq4";

    @TempDir
    Path dir;

    private Path data;

    @BeforeEach
    void fill() {
        data = dir.resolve("data");
        CairnOptions options =
                CairnOptions.builder().segmentBytesMax(1 << 20).ack(Ack.DURABLE).build();
        try (Cairn cairn = Cairn.open(data, options)) {
            for (int i = 0; i < 10; i++) {
                cairn.tasks().create(NewTask.of("case-" + i).metadata("{\"n\":" + i + "}"));
                cairn.tasks().transition("case-" + i, "running");
            }
        }
    }

    @Test
    void shouldSayThatADirectoryIsSound() throws Exception {
        RunVerb verified = RunVerb.cairn("verify", "--data", data);

        assertThat(verified.exit()).as(verified.err()).isZero();
        assertThat(verified.out())
                .contains("at rest")
                .contains("21 records in 1 segment,")
                .endsWith("sound\n");

        JsonNode json =
                Json.parse(RunVerb.cairn("verify", "--data", data, "-o", "json").out());
        assertThat(json.path("findings").isEmpty()).isTrue();
        assertThat(json.path("records").asLong()).isEqualTo(21);
        assertThat(json.path("segments").asInt()).isEqualTo(1);
        assertThat(json.path("throughOffset").asLong()).isEqualTo(20);
        assertThat(json.path("stateRoot").isNull()).isTrue();
        assertThat(json.path("seconds").isNumber()).isTrue();
    }

    /** The first opening was killed: a moment later there would have been an identity. */
    @Test
    void shouldSayThatADirectoryIsSoundInWhichNoLogHasBegun() throws Exception {
        Path early = Files.createDirectory(dir.resolve("early"));
        Files.writeString(early.resolve("LOCK"), "pid 12 on host\n");
        assertThat(RunVerb.cairn("verify", "--data", early).exit()).isEqualTo(ExitCode.DIRECTORY.number());

        Files.write(early.resolve("watermark"), new byte[4_096]);
        RunVerb verified = RunVerb.cairn("verify", "--data", early);

        assertThat(verified.exit()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("identity   unknown").endsWith("sound\n");
    }

    /** Where nothing of the engine has run before. */
    @Test
    void shouldRunInAProcessOfItsOwn() throws Exception {
        try (CairnProcess process = CairnProcess.start(dir, "verify", "--deep", "--data", data)) {
            assertThat(process.exit()).as(process.err()).isZero();
        }
    }

    @Test
    void shouldPrintTheStateRoots() throws Exception {
        RunVerb deep = RunVerb.cairn("verify", "--deep", "--data", data);
        assertThat(deep.exit()).isZero();
        assertThat(deep.out())
                .containsPattern("replayed +20 +task +[0-9a-f]{32}")
                .containsPattern("checkpoint +20 +task +[0-9a-f]{32} +same")
                .containsPattern("projection +20 +task +[0-9a-f]{32} +same");

        JsonNode root = Json.parse(RunVerb.cairn("verify", "--deep", "--data", data, "-o", "json")
                        .out())
                .path("stateRoot");
        assertThat(root.path("replayed").path("offset").asLong()).isEqualTo(20);
        assertThat(root.path("checkpoint").path("found")).isEqualTo(root.path("replayed"));
        assertThat(root.path("projection").path("found").path("kinds").path("task"))
                .isEqualTo(root.path("replayed").path("kinds").path("task"));
    }

    @Test
    void shouldNameDamageAndEndWithFindings() throws Exception {
        int position = damage("case-4");

        RunVerb verified = RunVerb.cairn("verify", "--data", data);

        assertThat(verified.exit()).isEqualTo(1);
        assertThat(verified.out())
                .contains("damage   " + SEGMENT + " at byte " + position + ", offset 9\n")
                .contains("affects: offset 9; records of task case-4\n")
                .contains("DAMAGED: 1 finding")
                .endsWith("next: cairn replay --data " + data + " says what can be saved, and changes nothing\n");

        JsonNode finding = Json.parse(
                        RunVerb.cairn("verify", "--data", data, "-o", "json").out())
                .path("findings")
                .path(0);
        assertThat(finding.path("file").asText()).isEqualTo(SEGMENT);
        assertThat(finding.path("position").asInt()).isEqualTo(position);
        assertThat(finding.path("offset").asLong()).isEqualTo(9);
        assertThat(finding.path("severity").asText()).isEqualTo("damage");
        assertThat(finding.path("what").asText()).contains("expected frame checksum");
    }

    @Test
    void shouldNotSendToAPlanThatCannotBeMade() throws Exception {
        Path nobodys = dir.resolve("nobodys");
        Files.createDirectories(nobodys.resolve("log"));
        RunVerb verified = RunVerb.cairn("verify", "--data", nobodys);
        assertThat(verified.exit()).isEqualTo(1);
        assertThat(verified.out()).contains("DAMAGED").doesNotContain("cairn replay");
    }

    @Test
    void shouldTakeNotesForNoFindings() throws Exception {
        Files.writeString(data.resolve("notes"), "mine");

        RunVerb verified = RunVerb.cairn("verify", "--data", data);

        assertThat(verified.exit()).isZero();
        assertThat(verified.out()).contains("note     notes at byte 0");
    }

    @Test
    void shouldRefuseWhatIsNoDataDirectory() {
        assertThat(RunVerb.cairn("verify", "--data", dir.resolve("none")).exit())
                .isEqualTo(3);
        assertThat(RunVerb.cairn("verify").exit()).isEqualTo(2);
    }

    /** Changes a byte of the first record about {@code key}; returns where its frame begins, the first of its document. */
    private int damage(String key) throws Exception {
        Path file = data.resolve(SEGMENT);
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf(key);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at);
            out.write('b');
        }
        return bytes.lastIndexOf("CRND", at) + Document.HEADER_BYTES;
    }
}
