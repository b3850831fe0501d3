package dev.cairn.model;

import dev.cairn.TestDirectories;
import dev.cairn.harness.Trials;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The engine beside the model: 300 runs of 100 operations in a build, any number by {@code -Dcairn.trials=20000
 * -Dcairn.model.operations=300}.
 */
class ModelTest {
    private static final int RUNS_IN_BUILD = 300;
    private static final int OPERATIONS_IN_BUILD = 100;

    @Test
    void shouldComeToWhatTheModelComesToWhateverHappensInBetween() throws Exception {
        int operations = Integer.getInteger("cairn.model.operations", OPERATIONS_IN_BUILD);
        Path temporary = TestDirectories.inMemory("cairn-model");
        try {
            Trials.of("model", RUNS_IN_BUILD).run(random -> {
                Path directory = Files.createTempDirectory(temporary, "run");
                try (ModelRun run = new ModelRun(directory, random)) {
                    run.run(operations);
                }
                Files.delete(directory);
            });
        } finally {
            TestDirectories.delete(temporary);
        }
    }
}
