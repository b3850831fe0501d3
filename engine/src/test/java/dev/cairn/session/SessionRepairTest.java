package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Inspection;
import dev.cairn.inspect.Recovery;
import dev.cairn.internal.assembly.LogRepair;
import dev.cairn.internal.recovery.RepairPlan;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.session.MessageQuery.Bound;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of sessions behind damage: exactly that, in both directions, and never a message of another life. */
class SessionRepairTest {
    private static final CairnOptions OPTIONS =
            TestDirectories.smallSegments().segmentRecordsMax(100).scrub(false).build();
    private static final int MESSAGES = 300;

    @TempDir
    private Path directory;

    private final Map<String, List<Message>> written = new HashMap<>();

    /** Three sessions taking turns over many segments; the third is deleted and begun again in the segment to be damaged. */
    @BeforeEach
    void write() {
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (int i = 0; i < MESSAGES; i++) {
                for (String session : List.of("a", "b", "c")) {
                    cairn.sessions().append(session, NewMessage.of("user", session + i));
                }
                if (i == MESSAGES / 2) {
                    cairn.sessions().delete("c");
                }
            }
            for (String session : List.of("a", "b", "c")) {
                List<Message> messages = new ArrayList<>();
                cairn.sessions().read(session, MessageQuery.all()).forEach(messages::add);
                written.put(session, messages);
            }
        }
    }

    @Test
    void shouldReadOnBothSidesOfDamage() throws IOException {
        List<Message> all = all("a");
        damage(middle());
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            Sessions sessions = cairn.sessions();
            assertThat(sessions.messages("a", MessageQuery.newest().limit(20)).messages())
                    .isEqualTo(newestFirst(all).subList(0, 20));
            assertThat(sessions.messages("a", MessageQuery.all().limit(20)).messages())
                    .isEqualTo(all.subList(0, 20));
            Message far = all.get(MESSAGES - 30);
            assertThat(sessions.messages("a", MessageQuery.all().after(Bound.offset(far.offset())))
                            .messages())
                    .isEqualTo(all.subList(MESSAGES - 29, MESSAGES));
            assertThatThrownBy(() -> sessions.read("a", MessageQuery.newest()).forEach(message -> {}))
                    .isInstanceOf(DamagedLogException.class);
            assertThatThrownBy(() -> sessions.read("a", MessageQuery.all()).forEach(message -> {}))
                    .isInstanceOf(DamagedLogException.class);
        }
    }

    /** Also behind a record with the whole state: the messages before it are missing all the same. */
    @Test
    void shouldSayOfThePastFromWhenOnMessagesAreLost() throws IOException {
        List<Message> all = all("a");
        damage(middle());
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        plan.apply(OPTIONS);
        long firstLost = plan.lost().get(0).first();
        long lastLost = plan.lost().get(plan.lost().size() - 1).last();
        try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
            for (Message message : all) {
                long offset = message.offset();
                if (offset < firstLost || offset > lastLost) {
                    assertThat(cairn.sessions()
                                    .getAsOf("a", offset)
                                    .orElseThrow()
                                    .incomplete())
                            .as("as of %d, lost %d to %d", offset, firstLost, lastLost)
                            .isEqualTo(offset > lastLost);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldShowExactlyWhatARepairLeft(boolean checkpoint) throws IOException {
        damage(middle());
        if (!checkpoint) {
            TestDirectories.delete(directory.resolve("checkpoint"));
        }
        RepairPlan plan = LogRepair.plan(
                new LogDirectory(directory), Inspection.of(directory).identity(), RepairScope.ALL, Progress.NONE);
        LogRepair.apply(new LogDirectory(directory), plan, RepairScope.ALL, OPTIONS);
        assertThat(plan.lost()).isNotEmpty();
        for (int opening = 0; opening < 2; opening++) {
            try (Cairn cairn = Cairn.open(directory, OPTIONS)) {
                written.forEach((session, messages) -> {
                    messages.removeIf(
                            message -> plan.lost().stream().anyMatch(range -> range.contains(message.offset())));
                    assertThat(messages).hasSizeLessThan(MESSAGES + 100).hasSizeGreaterThan(20);
                    check(cairn.sessions(), session, messages);
                    for (int i = 0; i < 10; i++) {
                        cairn.sessions().append(session, NewMessage.of("user", "more"));
                        messages.add(cairn.sessions()
                                .messages(session, MessageQuery.newest().limit(1))
                                .messages()
                                .get(0));
                    }
                    check(cairn.sessions(), session, messages);
                });
                assertThat(cairn.sessions().get("a").orElseThrow())
                        .extracting(Session::messages, Session::incomplete)
                        .containsExactly(MESSAGES + 10L * (opening + 1), true);
                cairn.sync();
                var root = cairn.stateRoot();
                assertThat(cairn.projectionRoot(root.offset(), java.time.Duration.ofSeconds(20))
                                .kinds()
                                .get("session"))
                        .isEqualTo(root.kinds().get("session"));
            }
        }
    }

    private static void check(Sessions sessions, String session, List<Message> left) {
        for (int limit : new int[] {1, 7, 1_000}) {
            assertThat(sessions.read(session, MessageQuery.all().limit(limit))).containsExactlyElementsOf(left);
            assertThat(sessions.read(session, MessageQuery.newest().limit(limit)))
                    .containsExactlyElementsOf(newestFirst(left));
        }
        for (int i = 0; i < left.size(); i += 9) {
            Bound here = Bound.offset(left.get(i).offset());
            List<Message> page = sessions.messages(
                            session, MessageQuery.all().after(here).limit(3))
                    .messages();
            assertThat(page).isEqualTo(left.subList(i + 1, Math.min(i + 1 + page.size(), left.size())));
            assertThat(page.isEmpty()).isEqualTo(i + 1 == left.size());
        }
    }

    private List<Message> all(String session) {
        return List.copyOf(java.util.Objects.requireNonNull(written.get(session)));
    }

    private static List<Message> newestFirst(List<Message> messages) {
        List<Message> reversed = new ArrayList<>(messages);
        Collections.reverse(reversed);
        return reversed;
    }

    private Path middle() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            List<Path> segments = files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
            assertThat(segments).hasSizeGreaterThan(6);
            return segments.get(segments.size() / 2);
        }
    }

    private static void damage(Path segment) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(8_000);
            file.write(new byte[6_000]);
        }
    }
}
