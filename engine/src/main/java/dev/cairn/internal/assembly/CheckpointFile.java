package dev.cairn.internal.assembly;

import dev.cairn.internal.segment.LogDirectory;
import java.nio.file.Path;

/** Where the state checkpoint of a clean close lies. Threading: stateless. */
final class CheckpointFile {
    private CheckpointFile() {}

    static Path path(LogDirectory directory) {
        return directory.root().resolve("checkpoint").resolve("state.checkpoint");
    }
}
