package dev.cairn.internal.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Reads all bytes of a checkpoint and builds nothing of them. Threading: any thread. */
public final class CheckpointBytes {
    private CheckpointBytes() {}

    /** @throws IOException when any byte of {@code file} is not as it was written */
    public static CheckpointHeader read(Path file) throws IOException {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            CheckpointBlock block = new CheckpointBlock();
            while (reader.next(block)) {
                continue;
            }
            return reader.header();
        }
    }
}
