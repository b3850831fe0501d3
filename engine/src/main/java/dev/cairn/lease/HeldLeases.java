package dev.cairn.lease;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which leases are held, by a 64-bit hash of their names: the commit path asks for every write to a guarded entity, and must
 * learn in a few nanoseconds that nobody holds anything. Two names of one hash are as likely as a flipped bit that no checksum
 * finds; the seed is of this process, so that nobody can choose them.
 *
 * <p>Threading: commit lock held.
 */
final class HeldLeases {
    private static final int INITIAL_TABLE = 64;
    private static final long FREE = 0;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long seed = new SplittableRandom().nextLong();
    /** Hashes, probed linearly; at most half full. */
    private long[] table = new long[INITIAL_TABLE];

    private int count;

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether the lease {@code prefix:name} is held. */
    boolean mayHold(String prefix, String name) {
        if (count == 0) {
            return false;
        }
        long hash = mixed(add(behindColon(add(seed, prefix, 0, prefix.length())), name, 0, name.length()));
        return table[place(hash)] == hash;
    }

    /** Says whether {@code lease} is held from now on; returns whether that is new. */
    boolean set(String lease, boolean held) {
        long hash = hash(lease);
        int at = place(hash);
        if ((table[at] == hash) == held) {
            return false;
        }
        if (held) {
            table[at] = hash;
            count++;
            if (count * 2 > table.length) {
                resize(table.length * 2);
            }
        } else {
            remove(at);
            count--;
            if (count * 8 < table.length && table.length > INITIAL_TABLE) {
                resize(table.length / 2);
            }
        }
        return true;
    }

    /** The same for a name in one piece as for its prefix and what is behind the first colon. */
    private long hash(String lease) {
        int colon = lease.indexOf(':');
        long hash = colon < 0 ? seed : behindColon(add(seed, lease, 0, colon));
        return mixed(add(hash, lease, colon + 1, lease.length()));
    }

    private static long behindColon(long hash) {
        return hash * MULTIPLIER + ':';
    }

    private static long add(long hash, String text, int from, int to) {
        long h = hash;
        for (int i = from; i < to; i++) {
            h = (h ^ text.charAt(i)) * MULTIPLIER;
            h ^= h >>> 29;
        }
        return h;
    }

    private static long mixed(long hash) {
        long h = (hash ^ hash >>> 32) * MULTIPLIER;
        h ^= h >>> 29;
        return h == FREE ? 1 : h;
    }

    /** Where {@code hash} is, or would be put. */
    private int place(long hash) {
        int mask = table.length - 1;
        int at = (int) hash & mask;
        while (table[at] != FREE && table[at] != hash) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** Closes the hole, so that whoever was pushed behind it is still found. */
    private void remove(int hole) {
        int mask = table.length - 1;
        int free = hole;
        for (int at = (hole + 1) & mask; table[at] != FREE; at = (at + 1) & mask) {
            int home = (int) table[at] & mask;
            if (((at - home) & mask) >= ((at - free) & mask)) {
                table[free] = table[at];
                free = at;
            }
        }
        table[free] = FREE;
    }

    private void resize(int length) {
        long[] old = table;
        table = new long[length];
        Arrays.stream(old).filter(hash -> hash != FREE).forEach(hash -> table[place(hash)] = hash);
    }
}
