package dev.cairn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Expect;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.system.SystemKind;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalMemoryTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();

    private final Kind kind = new SystemKind();
    private final RefusalMemory memory = new RefusalMemory();

    private void add(long endOffset, @Nullable String topic, String key, Rejection why) {
        memory.add(endOffset * 1_000_000, endOffset, kind, new CheckCommand(topic, key), DEFAULTS, why);
    }

    private static Rejection invalid(String message) {
        return new Rejection.Invalid(message, null);
    }

    private List<String> messages(long since, @Nullable String topic, String key) {
        return memory.since(since, kind, topic, key).stream()
                .map(Refusal::message)
                .toList();
    }

    @Test
    void shouldTellTheNewestFirst() {
        add(1, null, "a", invalid("one"));
        add(2, null, "a", invalid("two"));
        add(2, null, "a", invalid("three"));
        assertThat(messages(0, null, "a")).containsExactly("three", "two", "one");
    }

    /** The end of the log when a write was refused is the offset of the first record that it cannot have known. */
    @Test
    void shouldTellOnlyWhatCameAfterTheRecord() {
        add(5, null, "a", invalid("before the record at 5"));
        add(6, null, "a", invalid("after it"));
        assertThat(messages(4, null, "a")).hasSize(2);
        assertThat(messages(5, null, "a")).containsExactly("after it");
        assertThat(messages(6, null, "a")).isEmpty();
    }

    @Test
    void shouldKeepEntitiesApart() {
        add(1, null, "a", invalid("a"));
        add(1, null, "b", invalid("b"));
        add(1, "x", "a", invalid("x/a"));
        add(1, "y", "a", invalid("y/a"));
        assertThat(messages(0, null, "a")).containsExactly("a");
        assertThat(messages(0, "x", "a")).containsExactly("x/a");
        assertThat(messages(0, "z", "a")).isEmpty();
        assertThat(memory.since(0, new SystemKind(), null, "a"))
                .as("another kind")
                .isEmpty();
    }

    @Test
    void shouldSayAllThatIsKnown() {
        WriteOptions options = DEFAULTS.withActor("eve").withOperation("op", 0, 7);
        Rejection conflict = new Rejection.Conflict(Expect.version(1), "t", "k", 3, 9);
        memory.add(1_500_000, 10, kind, new CheckCommand("t", "k"), options, conflict);
        add(10, null, "k", invalid("m"));
        assertThat(memory.since(9, kind, "t", "k"))
                .containsExactly(new Refusal(
                        Instant.ofEpochMilli(1_500),
                        10,
                        "t",
                        "k",
                        "eve",
                        "op",
                        "conflict",
                        "expected t k to have version 1, was version 3, revision 9"));
        assertThat(memory.since(9, kind, null, "k"))
                .extracting(Refusal::topic, Refusal::actor, Refusal::operation, Refusal::code)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(kind.name(), null, null, "invalid_request"));
    }

    @Test
    void shouldKeepNothingOfWhatWasMerelyNotThereOrCameTooFast() {
        add(1, null, "a", new Rejection.NotFound("t", "a"));
        add(1, null, "a", new Rejection.Overloaded("expected less, was more"));
        assertThat(messages(0, null, "a")).isEmpty();
    }

    @Test
    void shouldForgetTheOldest() {
        int count = 2 * RefusalMemory.REFUSALS_MAX + 100;
        for (int i = 1; i <= count; i++) {
            add(i, null, i % 2 == 0 ? "even" : "odd", invalid("" + i));
        }
        List<String> even = messages(0, null, "even");
        assertThat(even).hasSize(RefusalMemory.REFUSALS_MAX / 2);
        assertThat(even.get(0)).isEqualTo("" + count);
        assertThat(even.get(even.size() - 1)).isEqualTo("" + (count - RefusalMemory.REFUSALS_MAX + 2));
    }

    /** Whoever asks sees whole entries, in order, whatever is added meanwhile. */
    @Test
    void shouldAnswerWhileOthersAreRefused() throws Exception {
        int count = 50_000;
        CompletableFuture<Void> refused = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= count; i++) {
                add(i, null, "a", invalid("" + i));
            }
        });
        boolean done;
        do {
            done = refused.isDone();
            List<Refusal> seen = memory.since(0, kind, null, "a");
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i).message()).isEqualTo("" + seen.get(i).endOffset());
                assertThat(seen.get(i).endOffset()).isEqualTo(seen.get(0).endOffset() - i);
            }
        } while (!done);
        refused.get(60, TimeUnit.SECONDS);
        assertThat(messages(0, null, "a")).hasSize(RefusalMemory.REFUSALS_MAX).startsWith("" + count);
    }
}
