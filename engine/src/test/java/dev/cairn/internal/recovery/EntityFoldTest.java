package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.state.StateWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records are folded into the state, and records of one entity that follow each other go there once. */
class EntityFoldTest {
    private static final int INLINE_BYTES_MAX = 4;

    private final Words words = new Words();
    private final Store store = new Store();
    private final Map<String, Long> heads = new HashMap<>();

    @TempDir
    Path root;

    private EntityFold fold;
    private long offset;

    @BeforeEach
    void begin() {
        SegmentCatalog catalog = new HandmadeLog(root).catalog();
        EntityReader reader = new EntityReader(new Kinds(List.of(words)), store::getAsWriter, catalog, () -> offset);
        fold = new EntityFold(new CurrentState(store, reader, INLINE_BYTES_MAX));
    }

    /** Lets a word be added to the entity {@code key}. */
    private Entity step(String key, String word) {
        Event event = new Event();
        event.clear();
        event.kind = words.id();
        event.offset = offset;
        event.previous = heads.getOrDefault(key, -1L);
        event.version = 1;
        event.key.putUtf8(key);
        event.payload.putUtf8(word);
        heads.put(key, offset++);
        return fold.step(words, event);
    }

    private static String body(Entity entity) {
        return entity.value().utf8At(Entity.HEADER_BYTES, entity.bodyLength());
    }

    @Test
    void shouldInstallAnEntityOnceAllItsRecordsInARowAreFolded() {
        assertThat(body(step("a", "x"))).isEqualTo("x");
        assertThat(body(step("a", "y"))).isEqualTo("xy");
        assertThat(body(step("a", "z"))).isEqualTo("xyz");
        assertThat(store.puts).isEmpty();
        fold.install();
        fold.install();
        assertThat(store.puts).containsExactly("a=xyz");
    }

    @Test
    void shouldInstallAnEntityBeforeAnother() {
        step("a", "x");
        step("b", "y");
        assertThat(store.puts).containsExactly("a=x");
        assertThat(body(step("a", "z"))).isEqualTo("xz");
        fold.install();
        assertThat(store.puts).containsExactly("a=x", "b=y", "a=xz");
    }

    @Test
    void shouldGoOnFromTheStateAfterAnInstallation() {
        step("a", "x");
        fold.install();
        store.values.get("a").setByte(Entity.HEADER_BYTES, 'n');
        assertThat(body(step("a", "y"))).isEqualTo("ny");
    }

    @Test
    void shouldInstallALargeEntityAtOnce() {
        step("a", "1234");
        assertThat(store.puts).isEmpty();
        assertThat(body(step("a", "5"))).isEqualTo("12345");
        assertThat(store.puts).containsExactly("a=");
        fold.install();
        assertThat(store.puts).containsExactly("a=");
    }

    @Test
    void shouldBeginAnewWithAnEntityThatCannotBeReadAnyMore() {
        for (RuntimeException failure : List.of(
                new DamagedLogException(root, 0, 0, "expected a frame, was none"),
                new GoneException("expected a record, was none", 0L, null))) {
            store.failure = () -> failure;
            Entity after = step("a", "x");
            assertThat(body(after)).isEqualTo("x");
            fold.install();
        }
    }

    @Test
    void shouldNotHideOtherFailures() {
        store.failure = () -> new IllegalStateException("closed");
        assertThatThrownBy(() -> step("a", "x")).isInstanceOf(IllegalStateException.class);
    }

    /** A state in memory that writes down what is put into it. */
    private static final class Store implements StateWriter {
        final Map<String, ByteSlab> values = new HashMap<>();
        final List<String> puts = new ArrayList<>();

        @Nullable
        Supplier<RuntimeException> failure;

        @Override
        public boolean getAsWriter(ByteSlab key, ByteSlab into) {
            ByteSlab value = values.get(name(key));
            if (failure != null) {
                into.clear(); // as far as a reader comes
                throw failure.get();
            }
            if (value != null) {
                into.set(value);
            }
            return value != null;
        }

        @Override
        public void put(ByteSlab key, ByteSlab value) {
            values.put(name(key), ByteSlab.copyOf(value.toByteArray()));
            puts.add(name(key) + "=" + value.utf8At(Entity.HEADER_BYTES, value.length() - Entity.HEADER_BYTES));
        }

        private static String name(ByteSlab key) {
            return key.utf8At(1, key.length() - 1);
        }
    }

    /** A kind whose entities are the words of their records, one behind the other. */
    private static final class Words implements Kind {
        @Override
        public byte id() {
            return 100;
        }

        @Override
        public String name() {
            return "words";
        }

        @Override
        public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
            throw new UnsupportedOperationException("words are only replayed");
        }

        @Override
        public void evolve(Entity before, Event event, Entity after) {
            after.value().putBytes(before.value(), Entity.HEADER_BYTES, before.bodyLength());
            after.value().putBytes(event.payload);
        }

        @Override
        public String typeName(Event event) {
            return "added";
        }

        @Override
        public void renderPayload(Event event, ByteSlab json) {
            json.putUtf8("{}");
        }

        @Override
        public void content(Entity entity, ByteSlab into) {
            into.putBytes(entity.value());
        }
    }
}
