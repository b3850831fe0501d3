package dev.cairn.internal.assembly;

import dev.cairn.internal.segment.LogDirectory;
import java.nio.file.Path;

/** Where the state checkpoint of a clean close lies. Threading: stateless. */
public final class CheckpointFile {
    private CheckpointFile() {}

    public static Path path(LogDirectory directory) {
        return directory.root().resolve("checkpoint").resolve("state.checkpoint");
    }
}
