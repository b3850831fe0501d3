package dev.cairn.internal.segment;

import dev.cairn.harness.FuzzFile;
import dev.cairn.internal.codec.FileEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/**
 * Any bytes as a manifest, and as the content of one whose envelope is right: what cannot be read is an {@link IOException}, what
 * can be is written anew: as it was, but for flags that mean nothing and a format that it did not need.
 *
 * <p>Threading: one thread, as there is one file.
 */
public final class ManifestFuzz {
    private static final UUID INSTALLATION = new UUID(1, 2);
    private static final Path FILE = FuzzFile.create("manifest");
    /** Where the format stands in the envelope, and the flags behind it in the content. */
    private static final int FORMAT_AT = 12;

    private static final int FLAGS_AT = FileEnvelope.HEADER_BYTES + 68;

    private ManifestFuzz() {}

    /** Called by the fuzzer, and with each input of the corpus. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        refusedOrTheSame(input);
        if (input.length > 0) {
            int format = (input[0] & 1) == 0 ? Manifest.V1 : Manifest.V2;
            byte[] content = Arrays.copyOfRange(input, 1, input.length);
            refusedOrTheSame(new FileEnvelope(Manifest.KIND, format, INSTALLATION, content)
                    .encode()
                    .array());
        }
    }

    private static void refusedOrTheSame(byte[] bytes) throws IOException {
        Files.write(FILE, bytes);
        Manifest manifest;
        try {
            manifest = Manifest.read(FILE, INSTALLATION);
        } catch (IOException refused) {
            return;
        }
        manifest.index().floor(manifest.lastOffset());
        manifest.write(FILE, INSTALLATION);
        byte[] anew = Files.readAllBytes(FILE);
        Manifest again = Manifest.read(FILE, INSTALLATION);
        if (!Arrays.equals(again.hash(), manifest.hashed().hash())) {
            throw new AssertionError("expected " + manifest + " behind writing and reading, was " + again);
        }
        if (same(bytes, anew, FORMAT_AT, 1)
                && same(bytes, anew, FLAGS_AT, Integer.BYTES)
                && !same(bytes, anew, FileEnvelope.HEADER_BYTES, anew.length - FileEnvelope.HEADER_BYTES)) {
            throw new AssertionError("expected the content of " + manifest + " as it was");
        }
    }

    private static boolean same(byte[] one, byte[] other, int from, int count) {
        return Arrays.equals(one, from, from + count, other, from, from + count);
    }
}
