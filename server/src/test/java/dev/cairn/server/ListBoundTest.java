package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists between positions of the log: every form of a position, over pages, and while the log goes on. */
class ListBoundTest {
    /** Of each kind, in turn: so message i is record 2i + 1, decision i the next; before them is the workflow. */
    private static final int COUNT = 6;

    private static final String MESSAGES = "/v1/sessions/s/messages";
    private static final String DECISIONS = "/v1/decisions";

    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory);
        for (int i = 0; i < COUNT; i++) {
            write(i);
        }
    }

    private void write(int number) {
        server.post(MESSAGES, "{\"role\":\"user\",\"content\":\"" + number + "\"}");
        server.post(
                DECISIONS,
                "{\"agent\":\"ann\",\"title\":\"" + number + "\",\"decision\":\"yes\",\"id\":\"" + number + "\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "after=beginning, 012345, 012345",
        "after=end, '', ''",
        "before=end, 012345, 012345",
        "before=beginning, '', ''",
        "after=-3, 5, 45",
        "after=-4, 45, 45",
        "before=-3, 01234, 0123",
        "before=-4, 0123, 0123",
        "after=-999, 012345, 012345",
        "after=4&before=8, 23, 2",
        "after=-8&before=-2, 234, 234",
        "after=-1h, 012345, 012345",
        "before=-1h, '', ''",
        "after=2020-01-01T00:00:00Z, 012345, 012345",
        "before=2020-01-01T00:00:00Z, '', ''",
    })
    void shouldListBetweenPositions(String bounds, String messages, String decisions) {
        for (String limit : new String[] {"", "&limit=1", "&limit=2"}) {
            assertThat(String.join("", contents(MESSAGES, "content", bounds + limit)))
                    .isEqualTo(messages);
            assertThat(String.join("", contents(DECISIONS + "?minOffset=12&", "title", bounds + limit)))
                    .isEqualTo(decisions);
        }
    }

    private List<String> contents(String list, String member, String query) {
        List<String> contents = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = server.get((list.contains("?") ? list : list + "?") + query + cursor)
                    .json();
            String name = list.equals(MESSAGES) ? "messages" : "decisions";
            page.get(name).forEach(one -> contents.add(one.get(member).asText()));
            JsonNode next = page.get("next");
            cursor = next.isNull() ? null : "&cursor=" + Percent.encode(next.asText());
        }
        return contents;
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=-4", "after=-1h"})
    void shouldKeepTheBoundaryOfTheFirstPageWhileOthersWrite(String bound) {
        for (String list : new String[] {DECISIONS, MESSAGES}) {
            String name = list.equals(MESSAGES) ? "messages" : "decisions";
            String question = list + "?limit=1&" + bound + (list.equals(DECISIONS) ? "&minOffset=12" : "");
            JsonNode first = server.get(question).json();
            write(COUNT);

            Answer second = server.get(
                    question + "&cursor=" + Percent.encode(first.get("next").asText()));

            assertThat(second.status()).isEqualTo(200);
            long before = first.get(name).get(0).get("offset").asLong();
            assertThat(second.json().get(name).get(0).get("offset").asLong()).isEqualTo(before + 2);
        }
    }
}
