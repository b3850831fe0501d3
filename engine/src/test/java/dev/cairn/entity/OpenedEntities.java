package dev.cairn.entity;

import dev.cairn.Cairn;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine that a test opens for its entities, and some of them by name. */
abstract class OpenedEntities {
    static final WriteOptions DEFAULTS = WriteOptions.defaults();
    static final Duration WAIT = Duration.ofSeconds(30);
    static final EntityRef ANN = EntityRef.of("person", "ann");
    static final EntityRef BOB = EntityRef.of("person", "bob");
    static final EntityRef CAR = EntityRef.of("car", "c/1 ü");

    @TempDir
    Path dir;

    Path directory;
    Cairn cairn;
    Entities entities;

    @BeforeEach
    void open() {
        open(dir.resolve("data"));
    }

    final void open(Path from) {
        directory = from;
        cairn = Cairn.open(from, TestDirectories.smallSegments().build());
        entities = cairn.entities();
    }

    @AfterEach
    void close() {
        cairn.close();
    }
}
