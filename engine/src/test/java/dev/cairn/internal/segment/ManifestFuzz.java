package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/**
 * Any bytes as a manifest, and as the content of one whose envelope is right: what cannot be read is an {@link IOException}, what
 * can be is written anew and read back the same.
 */
public final class ManifestFuzz {
    private static final UUID INSTALLATION = new UUID(1, 2);
    private static final Path FILE = file();

    private ManifestFuzz() {}

    /** Called by the fuzzer, and with each input of the corpus. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        refusedOrTheSame(input);
        if (input.length > 0) {
            int format = (input[0] & 1) == 0 ? Manifest.V1 : Manifest.V2;
            byte[] content = Arrays.copyOfRange(input, 1, input.length);
            ByteBuffer envelope = new FileEnvelope(Manifest.KIND, format, INSTALLATION, content).encode();
            refusedOrTheSame(envelope.array());
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
        Manifest again = Manifest.read(FILE, INSTALLATION);
        if (!Arrays.equals(again.hashed().hash(), manifest.hashed().hash())) {
            throw new AssertionError("expected " + manifest + " behind writing and reading, was " + again);
        }
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("manifest", ".fuzz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
