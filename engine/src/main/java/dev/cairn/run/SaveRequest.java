package dev.cairn.run;

import dev.cairn.TooLargeException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.CanonicalJson;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonPointers;
import dev.cairn.internal.kind.Names;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a caller wants to save, and finds what of it is meaningful.
 *
 * <p>The hash is over the ignored pointers and the state's canonical form without what they point at. The pointers are part of it, so
 * that a save that ignores less than the one before is never taken for the same.
 *
 * <p>Threading: stateless.
 */
final class SaveRequest {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private SaveRequest() {}

    static RunCommand.SaveWish of(String run, NewSnapshot snapshot, int jsonBytesMax) {
        SnapshotKey.checkRun(run, "run");
        String id = snapshot.id() == null ? null : SnapshotKey.checkId(snapshot.id(), "/id");
        String parent = snapshot.parent() == null ? null : Names.check(snapshot.parent(), "/parent");
        SnapshotKey.checkTogether(run, id == null ? "0".repeat(20) : id, id == null ? "run" : "/id");
        JsonPointers ignored = JsonPointers.of(snapshot.ignore(), "/ignore");
        byte[] state = Json.valueOfAnyNames(snapshot.state(), "/state");
        byte[] hash = hash(state, ignored);
        if (hash == null) {
            state = Json.value(snapshot.state(), "/state"); // says which member is there twice
            throw new IllegalStateException("expected a member twice in a state of " + state.length + " bytes");
        }
        byte[] metadata = metadata(snapshot.metadata(), jsonBytesMax);
        return new RunCommand.SaveWish(run, snapshot.kind(), state, hash, id, parent, metadata, task(metadata));
    }

    private static byte[] metadata(@Nullable String given, int jsonBytesMax) {
        if (given == null) {
            return EMPTY_OBJECT;
        }
        byte[] metadata = Json.object(given, "/metadata");
        if (metadata.length > jsonBytesMax) {
            throw new TooLargeException("metadata", jsonBytesMax, metadata.length);
        }
        return metadata;
    }

    /** The task that metadata names; a member of that name that is no text is the caller's own matter. */
    private static String task(byte[] metadata) {
        if (Arrays.equals(metadata, EMPTY_OBJECT)) {
            return "";
        }
        String task = Json.memberText(metadata, "task");
        return task == null ? "" : Names.checkId(task, "/metadata/task");
    }

    /** Null when a member is there twice. */
    private static byte @Nullable [] hash(byte[] state, JsonPointers ignored) {
        MessageDigest digest = sha256();
        for (String pointer : ignored.list()) {
            digest.update(pointer.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
        }
        digest.update((byte) 0);
        ByteSlab canonical = new ByteSlab(state.length + 16);
        if (!CanonicalJson.append(state, ignored, canonical)) {
            return null;
        }
        digest.update(canonical.array(), 0, canonical.length());
        return digest.digest();
    }

    /** What the operation id of a save stands for when the caller does not say; never 0. */
    static long commandHash(RunCommand.SaveWish wish) {
        ByteSlab bytes = new ByteSlab(wish.state().length + 256);
        bytes.putText(wish.run());
        wish.fingerprint(bytes);
        MessageDigest digest = sha256();
        digest.update(bytes.array(), 0, bytes.length());
        long hash = ByteSlab.copyOf(digest.digest()).longAt(0);
        return hash == 0 ? 1 : hash;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK", e);
        }
    }
}
