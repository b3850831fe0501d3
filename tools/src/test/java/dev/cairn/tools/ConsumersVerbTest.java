package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.log.From;
import dev.cairn.log.NewRecord;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumersVerbTest {
    @TempDir
    Path dir;

    private Path data;

    @BeforeEach
    void fill() {
        data = dir.resolve("data");
        try (Cairn cairn = open()) {
            for (int i = 0; i < 5; i++) {
                cairn.log().append(NewRecord.of("news", "k", String.valueOf(i)));
            }
            WriteOptions plain = WriteOptions.defaults();
            cairn.consumers().configure("a b", ConsumerSettings.all().withFrom(From.end()), plain);
            cairn.consumers().configure("mails", ConsumerSettings.all().withTopics("news", "x"), plain);
        }
    }

    private Cairn open() {
        return Cairn.open(
                data,
                CairnOptions.builder().segmentBytesMax(1 << 20).ack(Ack.DURABLE).build());
    }

    private static List<String> groups(RunVerb run) throws Exception {
        assertThat(run.exit()).as(run.err()).isZero();
        List<String> groups = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            JsonNode json = Json.parse(line);
            groups.add(json.path("group").asText() + " " + json.path("offset") + " " + json.path("lag") + " "
                    + json.path("topic"));
        }
        return groups;
    }

    @Test
    void shouldListResetAndDeleteInADirectory() throws Exception {
        useAll("--data", data.toString());
    }

    @Test
    void shouldListResetAndDeleteOnAServer() throws Exception {
        try (Cairn cairn = open();
                CairnServer server =
                        CairnServer.start(cairn, ServerOptions.builder().port(0).build())) {
            useAll("--url", "http://127.0.0.1:" + server.port());
        }
    }

    private void useAll(String flag, String where) throws Exception {
        assertThat(groups(RunVerb.cairn("consumers", flag, where, "-o", "json")))
                .containsExactly("a b 6 2 null", "mails 0 8 [\"news\",\"x\"]");
        RunVerb table = RunVerb.cairn("consumers", "list", flag, where);
        assertThat(table.out().lines().toList()).hasSize(3);
        assertThat(table.out()).startsWith("GROUP").contains("mails  0").contains("a b");

        RunVerb reset = RunVerb.cairn("consumers", "reset", "a b", "--to", "-2", flag, where, "-o", "json");
        assertThat(groups(reset).get(0)).startsWith("a b 6 ");
        RunVerb back = RunVerb.cairn("consumers", "reset", "a b", "--to", "3", flag, where);
        assertThat(back.out()).startsWith("a b  3");
        RunVerb deleted = RunVerb.cairn("consumers", "delete", "mails", "-o", "json", flag, where);
        assertThat(deleted.exit()).isZero();
        assertThat(deleted.out()).isEqualTo("{\"group\":\"mails\",\"deleted\":true}\n");

        RunVerb missing = RunVerb.cairn("consumers", "delete", "mails", flag, where);
        assertThat(missing.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(RunVerb.cairn("consumers", "reset", "mails", "--to", "end", flag, where)
                        .exit())
                .isEqualTo(ExitCode.FAILED.number());
        assertThat(RunVerb.cairn("consumers", "reset", "a b", "--to", "999", flag, where)
                        .exit())
                .isEqualTo(ExitCode.USAGE.number());
        assertThat(RunVerb.cairn("consumers", "reset", "a b", "--to", "2999-01-01T00:00:00Z", flag, where)
                        .exit())
                .isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void shouldSayWhatItNeeds() {
        for (String line : List.of(
                "consumers reset --data x --to end",
                "consumers reset g --data x",
                "consumers list g --data x",
                "consumers --to end --data x",
                "consumers delete --data x",
                "consumers delete g --to end --data x",
                "consumers frob --data x",
                "consumers")) {
            RunVerb run = RunVerb.cairn((Object[]) line.split(" "));
            assertThat(run.exit()).as(line).isEqualTo(ExitCode.USAGE.number());
        }
    }
}
