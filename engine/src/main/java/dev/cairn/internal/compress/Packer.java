package dev.cairn.internal.compress;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdException;
import java.util.concurrent.Semaphore;

/**
 * Packs bytes with zstd. With a <em>base</em>, what both have in common is said by reference to the base, which must be there
 * again to unpack: a difference that is exact to the byte, whatever the bytes are.
 *
 * <p>The base is given to zstd as a dictionary of raw content. Two settings make that work for large ones. The window must span
 * both, or the base falls out of reach. And of a base that is large beside the tables of the match finder only the end would
 * be looked at, so from 2 MiB on the tables are made as large as the search needs: up to 24 MiB outside the heap while packing
 * 16 MiB, freed with the call. Unpacking takes the base once more and the result, whose size the caller states.
 *
 * <p>Threading: any thread; each call has a context of its own, and large ones wait for each other.
 */
public final class Packer {
    /** The most bytes that are packed or unpacked, and the largest base. */
    public static final int BYTES_MAX = 16 << 20;

    private static final int LEVEL = 3;
    private static final int WINDOW_LOG_MIN = 10;

    /** Base and bytes together, as a power of two, from which the tables of the level are too small. */
    private static final int LARGE_LOG = 22;

    private static final int HASH_LOG_BELOW = 3;
    private static final int CHAIN_LOG_BELOW = 4;
    private static final byte[] NO_BASE = {};

    /** More at a time than there are processors would be no faster, and each holds its tables. */
    private static final Semaphore LARGE =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

    private Packer() {}

    /** Packs {@code bytes} alone. */
    public static byte[] pack(byte[] bytes) {
        return pack(NO_BASE, bytes);
    }

    /** Packs {@code bytes} as the difference to {@code base}. */
    public static byte[] pack(byte[] base, byte[] bytes) {
        requireSize(base.length);
        requireSize(bytes.length);
        int log = Math.max(WINDOW_LOG_MIN, log2(base.length + bytes.length));
        if (log < LARGE_LOG) {
            return pack(base, bytes, log);
        }
        LARGE.acquireUninterruptibly();
        try {
            return pack(base, bytes, log);
        } finally {
            LARGE.release();
        }
    }

    private static byte[] pack(byte[] base, byte[] bytes, int log) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL).setContentSize(true).setChecksum(false).setDictID(false);
            if (base.length > 0) {
                context.setWindowLog(log);
                if (log >= LARGE_LOG) {
                    context.setHashLog(log - HASH_LOG_BELOW).setChainLog(log - CHAIN_LOG_BELOW);
                }
                context.loadDict(base, ZstdDictContentType.RAW_CONTENT);
            }
            return context.compress(bytes);
        }
    }

    /** Unpacks what {@link #pack(byte[])} made. */
    public static byte[] unpack(byte[] packed, int bytes) throws UnpackException {
        return unpack(NO_BASE, packed, bytes);
    }

    /**
     * Unpacks what {@link #pack(byte[], byte[])} made of the same base. That the result is what was packed is for the caller to
     * check, by a checksum of its own: of another base something else may come out.
     *
     * @param bytes how many come out; no more memory is taken, whatever {@code packed} says
     */
    public static byte[] unpack(byte[] base, byte[] packed, int bytes) throws UnpackException {
        requireSize(bytes);
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            if (base.length > 0) {
                context.loadDict(base, ZstdDictContentType.RAW_CONTENT);
            }
            byte[] result = new byte[bytes];
            int unpacked = context.decompressByteArray(result, 0, bytes, packed, 0, packed.length);
            if (unpacked != bytes) {
                throw new UnpackException("expected " + bytes + " bytes, was " + unpacked);
            }
            return result;
        } catch (ZstdException e) {
            throw new UnpackException("expected bytes packed by zstd, was: " + e.getMessage(), e);
        }
    }

    private static void requireSize(int bytes) {
        if (bytes < 0 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("expected at most " + BYTES_MAX + " bytes, was " + bytes);
        }
    }

    /** The least power of two that holds {@code number}, as its exponent. */
    private static int log2(int number) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, number - 1));
    }
}
