package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.jvm.ForkedJvm;
import dev.cairn.task.NewTask;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cairn as a guest in somebody else's program: no flags, no logging library, not a word on the console. */
class EmbeddingTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.cairn.internal.jvm.ForkedJvm#homes")
    void shouldRunWithoutFlagsAndWithoutAWord(Path javaHome) throws Exception {
        for (int opening = 1; opening <= 2; opening++) {
            ForkedJvm.Run run = ForkedJvm.run(
                    directory,
                    javaHome,
                    List.of(),
                    Guest.class,
                    directory.resolve("data").toString(),
                    "task-" + opening);

            assertThat(run.errors()).isEmpty();
            assertThat(run.lines()).containsExactly("pending");
        }
    }

    /** The guest. */
    static final class Guest {
        private Guest() {}

        /** Creates one task in the directory and prints its status. */
        public static void main(String[] args) {
            try (Cairn cairn = Cairn.open(Path.of(args[0]))) {
                cairn.tasks().create(NewTask.of(args[1]));
                System.out.println(cairn.tasks().get(args[1]).orElseThrow().status());
            }
        }
    }
}
