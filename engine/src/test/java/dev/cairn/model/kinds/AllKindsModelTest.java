package dev.cairn.model.kinds;

import dev.cairn.TestDirectories;
import dev.cairn.harness.Trials;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * All kinds beside the model: runs of 150 operations, in a build for some half a minute, any number by {@code -Dcairn.trials=5000
 * -Dcairn.model.operations=400}.
 */
class AllKindsModelTest {
    private static final int RUNS_IN_BUILD = 25;
    private static final int OPERATIONS_IN_BUILD = 150;

    @Test
    void shouldComeToWhatTheModelComesToWithEveryKind() throws Exception {
        int operations = Integer.getInteger("cairn.model.operations", OPERATIONS_IN_BUILD);
        Path temporary = TestDirectories.inMemory("cairn-kinds");
        try {
            Trials.of("all kinds", RUNS_IN_BUILD).run(random -> {
                Path directory = Files.createTempDirectory(temporary, "run");
                try (KindsRun run = new KindsRun(directory, random)) {
                    run.run(operations);
                }
                Files.delete(directory);
            });
        } finally {
            TestDirectories.delete(temporary);
        }
    }
}
