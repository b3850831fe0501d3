package dev.cairn.internal.commit;

import dev.cairn.internal.codec.ByteSlab;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What an operation id stands for: the first 64 bits of the SHA-256 of a command's fingerprint, never 0.
 *
 * <p>Threading: stateless.
 */
final class CommandHash {
    private CommandHash() {}

    static long of(ByteSlab fingerprint) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(fingerprint.array(), 0, fingerprint.length());
            long hash = ByteBuffer.wrap(digest.digest()).getLong();
            return hash == 0 ? 1 : hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK", e);
        }
    }
}
