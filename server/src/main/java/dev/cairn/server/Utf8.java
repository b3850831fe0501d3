package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Strict UTF-8: bytes that are not well formed are refused. The JSON parser checks less than this in text that it skips.
 *
 * <p>Threading: stateless.
 */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    static String decode(byte[] bytes, int start, int length, @Nullable String where) {
        if (isAscii(bytes, start, length)) {
            return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("expected well-formed UTF-8", where);
        }
    }

    static void check(byte[] bytes, int start, int length) {
        if (!isAscii(bytes, start, length)) {
            String unused = decode(bytes, start, length, "");
            assert !unused.isEmpty();
        }
    }

    private static boolean isAscii(byte[] bytes, int start, int length) {
        int end = start + length;
        int i = start;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            if (((long) LONGS.get(bytes, i) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; i < end; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
