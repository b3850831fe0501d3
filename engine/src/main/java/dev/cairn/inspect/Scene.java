package dev.cairn.inspect;

import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.segment.LogDirectory;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What a verification looks at.
 *
 * <p>Threading: immutable.
 *
 * @param directory the data directory
 * @param installation whose files belong there
 * @param kinds what records mean; made for this verification alone
 * @param live whether a writer has it
 */
record Scene(LogDirectory directory, UUID installation, Kinds kinds, boolean live) {
    Path root() {
        return directory.root();
    }
}
