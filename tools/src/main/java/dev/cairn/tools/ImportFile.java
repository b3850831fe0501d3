package dev.cairn.tools;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * One input of an import: plain, gzip or zstd, told apart by its first bytes. Standard input is first kept in a temporary
 * file, because an input is known by the hash of all its bytes.
 *
 * <p>Threading: one thread.
 */
final class ImportFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final byte[] GZIP = {0x1F, (byte) 0x8B};
    private static final byte[] ZSTD = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};

    private final String name;
    private final Path path;
    private final boolean temporary;
    private final AtomicLong bytesRead = new AtomicLong();

    private ImportFile(String name, Path path, boolean temporary) {
        this.name = name;
        this.path = path;
        this.temporary = temporary;
    }

    static ImportFile of(Path path) {
        return new ImportFile(path.toString(), path, false);
    }

    /** Takes all of {@code in} into a temporary file, which {@link #close} removes. */
    static ImportFile spooled(InputStream in) throws IOException {
        Path path = Files.createTempFile("cairn-import-", ".spool");
        ImportFile file = new ImportFile("-", path, true);
        try {
            Files.copy(in, path, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** For messages: the path, or {@code -}. */
    String name() {
        return name;
    }

    long bytes() throws IOException {
        return Files.size(path);
    }

    /** How much of the file {@link #open} has read so far. */
    long bytesRead() {
        return bytesRead.get();
    }

    /**
     * SHA-256 over the bytes as they are stored, then over {@code mapping}: the same input read in the same way.
     *
     * @param pause is called now and then, and may throw to end it
     */
    String source(String mapping, Runnable pause) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                pause.run();
            }
        }
        digest.update(mapping.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Opens the rows, unpacked. */
    InputStream open() throws IOException {
        bytesRead.set(0);
        BufferedInputStream raw = new BufferedInputStream(counted(Files.newInputStream(path)), BUFFER_BYTES);
        try {
            raw.mark(ZSTD.length);
            byte[] head = raw.readNBytes(ZSTD.length);
            raw.reset();
            if (Arrays.equals(head, ZSTD)) {
                return new ZstdInputStream(raw);
            }
            boolean gzip = head.length >= GZIP.length && Arrays.equals(Arrays.copyOf(head, GZIP.length), GZIP);
            return gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int b = super.read();
                bytesRead.addAndGet(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                int n = super.read(into, at, length);
                bytesRead.addAndGet(Math.max(0, n));
                return n;
            }
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }
}
