package dev.cairn.internal.assembly;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.NotReadyException;
import java.nio.file.Path;

/** Opens and wires an engine. */
public final class CairnEngine {
    private CairnEngine() {}

    public static Cairn open(Path directory, CairnOptions options) {
        throw new NotReadyException("opening " + directory + " with " + options);
    }
}
