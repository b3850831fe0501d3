package dev.cairn.harness;

/**
 * A target with a bug behind a word that chance alone does not write.
 *
 * <p>Threading: stateless.
 */
public final class PlantedFuzz {
    private PlantedFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 3 && input[0] == 'C' && input[1] == 'R' && input[2] == 'N' && input[3] == 'F') {
            throw new IllegalStateException("planted");
        }
    }
}
