package dev.cairn.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * The inputs of a fuzz target that are kept: one a line, in hex, in a resource beside the class and of its name.
 *
 * <p>Threading: stateless.
 */
public final class FuzzCorpus {
    private FuzzCorpus() {}

    /** The inputs kept for {@code target}, at least one. */
    public static List<byte[]> of(Class<?> target) throws IOException {
        String name = target.getSimpleName() + ".hex";
        try (InputStream in = target.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("expected the corpus " + name + " beside " + target + ", was none");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(HexFormat.of()::parseHex)
                    .toList();
        }
    }
}
