package dev.cairn.internal.json;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Any two JSON values, parted by a NUL: the one patches the other as the pseudo-code of the RFC does it.
 *
 * <p>Threading: stateless.
 */
public final class MergePatchFuzz {
    private MergePatchFuzz() {}

    /** Called by the fuzzer, and with each input of the corpus. */
    public static void fuzzerTestOneInput(byte[] input) {
        int parted = 0;
        while (parted < input.length && input[parted] != 0) {
            parted++;
        }
        if (parted == input.length) {
            return;
        }
        byte[] target;
        byte[] patch;
        try {
            target = Json.value(Arrays.copyOf(input, parted), "");
            patch = Json.value(Arrays.copyOfRange(input, parted + 1, input.length), "");
        } catch (InvalidRequestException refused) {
            return;
        }
        String merged = merged(target, patch);
        if (!Arrays.equals(Json.value(merged, ""), Utf8.bytes(merged))) {
            throw new AssertionError("expected compact JSON, was " + merged);
        }
        Object expected = NaiveMerge.merged(tree(target), tree(patch));
        if (!Objects.equals(Json.tree(merged, ""), expected)) {
            throw new AssertionError("expected " + expected + ", was " + merged);
        }
    }

    private static String merged(byte[] target, byte[] patch) {
        ByteSlab out = new ByteSlab();
        MergePatch.apply(ByteSlab.copyOf(target), 0, target.length, ByteSlab.copyOf(patch), 0, patch.length, out);
        return out.utf8();
    }

    private static @Nullable Object tree(byte[] json) {
        return Json.tree(new String(json, StandardCharsets.UTF_8), "");
    }
}
