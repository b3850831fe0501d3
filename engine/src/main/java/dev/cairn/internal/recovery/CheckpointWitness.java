package dev.cairn.internal.recovery;

import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.state.OperationMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The state checkpoint: remembers entities and operations. Each of its blocks has a checksum, so what it tells is right however
 * it ends.
 *
 * @param file which need not exist
 * @param installation whose it has to be
 */
public record CheckpointWitness(Path file, UUID installation) implements StateWitness {
    @Override
    public String name() {
        return "checkpoint";
    }

    @Override
    public void tell(Listener listener) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Entity header = new Entity();
        ByteSlab topic = new ByteSlab(32);
        ByteSlab key = new ByteSlab(64);
        StateCheckpoint.forEach(
                file,
                installation,
                (stateKey, value) -> {
                    header.value().set(value);
                    if (listener.isLost(header.head())) {
                        StateKey.read(stateKey, topic, key);
                        listener.entity(
                                (byte) stateKey.byteAt(0),
                                topic.isEmpty() ? null : topic.utf8(),
                                key.utf8(),
                                header.head(),
                                header.version());
                    }
                },
                (operation, value) -> {
                    if (listener.isLost(OperationMemory.offsetOf(value))) {
                        listener.operation(OperationMemory.operationOf(operation));
                    }
                });
    }
}
