package dev.cairn.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.ForbiddenException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.TaskLinks.What;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class TaskContextKindTest {
    private static final byte LINKER = 100;

    private final TaskContextKind kind = new TaskContextKind();
    private final KindHarness harness = new KindHarness(List.of(kind, new Linker()));

    /** A wish to link something to the task that is its key. */
    private record Link(String key, What what, String name) implements Command {
        @Override
        public void fingerprint(ByteSlab into) {
            throw new UnsupportedOperationException();
        }
    }

    /** Stands for the kinds that link: its commands do nothing else. */
    private final class Linker implements Kind {
        @Override
        public byte id() {
            return LINKER;
        }

        @Override
        public String name() {
            return "linker";
        }

        @Override
        public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
            Link link = (Link) command;
            kind.link(draft, link.key(), link.what(), link.name());
            return null;
        }

        @Override
        public void evolve(Entity before, Event event, Entity after) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String typeName(Event event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void renderPayload(Event event, ByteSlab json) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void content(Entity entity, ByteSlab into) {
            throw new UnsupportedOperationException();
        }
    }

    private void link(String task, What what, String name) {
        harness.accept(new BoundCommand(LINKER, new Link(task, what, name)));
    }

    private List<TaskContextKind.Link> links(String task) {
        return TaskContextKind.links(harness.entity(kind, null, task));
    }

    @Test
    void shouldKeepLinksOfEachTaskInTheOrderInWhichTheyCame() {
        link("t", What.DECISION, "d");
        link("u", What.SESSION, "s");
        link("t", What.RUN, "d");
        link("t", What.SESSION, "s");
        link("t", What.DECISION, "d");
        assertThat(links("t"))
                .containsExactly(
                        new TaskContextKind.Link(What.RUN, "d"),
                        new TaskContextKind.Link(What.SESSION, "s"),
                        new TaskContextKind.Link(What.DECISION, "d"));
        assertThat(links("u")).containsExactly(new TaskContextKind.Link(What.SESSION, "s"));
        assertThat(links("none")).isEmpty();
        assertThat(harness.entity(kind, null, "t").version()).isEqualTo(4);
        assertThat(kind.typeName(harness.lastEvent())).isEqualTo("linked");
        assertThat(harness.lastPayload()).isEqualTo("{\"decision\":\"d\"}");
    }

    /** Held against three plain lists; a body never holds more than the newest of each. */
    @Test
    void shouldForgetTheOldestOfEachSortAlone() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<TaskContextKind.Link> model = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            What what = What.of(random.nextInt(3));
            String name = "n".repeat(random.nextInt(3) == 0 ? 512 - 2 : 1) + (10 + random.nextInt(30));
            link("t", what, name);
            TaskContextKind.Link link = new TaskContextKind.Link(what, name);
            model.remove(link);
            model.add(link);
            List<TaskContextKind.Link> same =
                    model.stream().filter(other -> other.what() == what).toList();
            if (same.size() > TaskContextKind.EACH_MAX) {
                model.remove(same.get(0));
            }
            assertThat(links("t")).as("seed %d, step %d", seed, i).isEqualTo(model);
        }
        assertThat(model).hasSize(3 * TaskContextKind.EACH_MAX);
    }

    @Test
    void shouldTakeNoCommands() {
        for (Command command : Arrays.asList(new Link("t", What.RUN, "r"), new Link("", What.RUN, ""))) {
            assertThat(harness.refuse(new BoundCommand(kind.id(), command)))
                    .isInstanceOf(ForbiddenException.class)
                    .hasMessageContaining("expected links from decisions, sessions and runs alone");
        }
    }

    @Test
    void shouldTellWhatIsLeftWhereLinksBeforeWereLost() {
        link("t", What.DECISION, "d");
        link("t", What.SESSION, "s");
        Entity after = new Entity();
        Evolution.step(kind, new Entity(), harness.lastEvent(), after);
        assertThat(TaskContextKind.links(after)).containsExactly(new TaskContextKind.Link(What.SESSION, "s"));
        assertThat(after.incomplete()).isTrue();
        assertThat(after.version()).isEqualTo(2);
    }

    @Test
    void shouldNotReadWhatALaterVersionWrote() {
        link("t", What.RUN, "r");
        Event later = harness.lastEvent();
        later.payload.clear();
        later.payload.putByte(2);
        assertThatThrownBy(() -> kind.evolve(new Entity(), later, new Entity()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected links of version up to 1, was 2");
    }

    @ParameterizedTest
    @CsvFileSource(resources = "task-context-events.csv", delimiter = '|', quoteCharacter = '\0', emptyValue = "")
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        new GoldenEvent(type, payload, name, json, before == null ? "" : before, after == null ? "" : after)
                .check(kind);
    }
}
