package dev.cairn.internal.json;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Arrays;

/**
 * JSON Merge Patch (RFC 7396) on bytes. Members keep the order of the target, new ones follow in the order of the patch;
 * texts and numbers stay as they were written. Equal input gives equal bytes, always: replay depends on it.
 *
 * <p>Both inputs are compact JSON as {@link Json} returns it.
 *
 * <p>Threading: stateless.
 */
public final class MergePatch {
    private static final ByteSlab EMPTY = ByteSlab.ofUtf8("{}");

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private MergePatch() {}

    /** Appends what {@code patch} makes of {@code target} to {@code out}, which is neither of the two. */
    public static void apply(
            ByteSlab target,
            int targetFrom,
            int targetCount,
            ByteSlab patch,
            int patchFrom,
            int patchCount,
            ByteSlab out) {
        if (patch.byteAt(patchFrom) != '{') {
            out.putBytes(patch, patchFrom, patchCount);
        } else if (target.byteAt(targetFrom) == '{') {
            merge(target, targetFrom, targetCount, patch, patchFrom, patchCount, out);
        } else {
            merge(EMPTY, 0, EMPTY.length(), patch, patchFrom, patchCount, out);
        }
    }

    /** Appends what {@code patch} makes of an empty object: the patch without its nulls. */
    public static void apply(byte[] patch, ByteSlab out) {
        ByteSlab slab = ByteSlab.copyOf(patch);
        apply(EMPTY, 0, EMPTY.length(), slab, 0, slab.length(), out);
    }

    /** Whether {@code patch} is null, which takes away what it is applied to. */
    public static boolean isNull(byte[] patch) {
        return Arrays.equals(patch, NULL);
    }

    /** The patch that does to an object what null does to it as a member, and leaves it empty: it names all members there are. */
    public static byte[] emptying(ByteSlab target, int targetFrom, int targetCount) {
        ByteSlab out = new ByteSlab(targetCount + Long.BYTES);
        out.putByte('{');
        Members members = new Members(target, targetFrom, targetCount);
        while (members.next()) {
            name(target, members.nameFrom, members.nameCount, 0, out);
            out.putBytes(NULL, 0, NULL.length);
        }
        out.putByte('}');
        return out.toByteArray();
    }

    private static void merge(
            ByteSlab target,
            int targetFrom,
            int targetCount,
            ByteSlab patch,
            int patchFrom,
            int patchCount,
            ByteSlab out) {
        int start = out.length();
        out.putByte('{');
        PatchMembers changes = new PatchMembers(patch, patchFrom, patchCount);
        Members members = new Members(target, targetFrom, targetCount);
        while (members.next()) {
            int change = changes.take(members);
            if (change < 0) {
                name(target, members.nameFrom, members.nameCount, start, out);
                out.putBytes(target, members.valueFrom, members.valueCount);
            } else if (!changes.isNull(change)) {
                name(target, members.nameFrom, members.nameCount, start, out);
                apply(
                        target,
                        members.valueFrom,
                        members.valueCount,
                        patch,
                        changes.valueFrom(change),
                        changes.valueCount(change),
                        out);
            }
        }
        for (int i = 0; i < changes.size(); i++) {
            if (!changes.isTaken(i) && !changes.isNull(i)) {
                name(patch, changes.nameFrom(i), changes.nameCount(i), start, out);
                apply(EMPTY, 0, EMPTY.length(), patch, changes.valueFrom(i), changes.valueCount(i), out);
            }
        }
        out.putByte('}');
    }

    private static void name(ByteSlab source, int from, int count, int objectStart, ByteSlab out) {
        if (out.length() > objectStart + 1) {
            out.putByte(',');
        }
        out.putBytes(source, from, count);
        out.putByte(':');
    }
}
