package dev.cairn.internal.index;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that have entries: a pair of queue and status each, by that pair and by a number that stays the same as long as
 * the bucket has entries.
 *
 * <p>A bucket exists from its first entry to its last. Its number is then given to the next one, so that names that come and go
 * leave nothing behind; a number costs 16 bytes at most until no bucket is left.
 *
 * <p>Threading: commit lock held.
 */
final class Buckets {
    private static final int INITIAL = 8;

    private final Places places;
    private final KeyTable names;
    /** By the number of a name, the bucket of that name. */
    private final PagedLongs bucketOfName = new PagedLongs();

    private final PagedLongs freeBuckets = new PagedLongs();
    private final ByteSlab name = new ByteSlab();

    private @Nullable Offers[] all = new Offers[INITIAL];
    private int free;
    private int numbers;

    Buckets(ToLongFunction<ByteSlab> hash, Places places) {
        this.names = new KeyTable(hash);
        this.places = places;
    }

    /** @throws IllegalArgumentException when no bucket can have such a name */
    static void checkLength(ByteSlab queue, ByteSlab status) {
        KeyArena.checkLength(Short.BYTES + queue.length() + status.length());
    }

    @Nullable
    Offers find(ByteSlab queue, ByteSlab status) {
        int number = names.find(join(queue, status));
        return number == KeyTable.NONE ? null : all[(int) bucketOfName.get(number)];
    }

    /** The bucket of that name, made if there is none. */
    Offers obtain(ByteSlab queue, ByteSlab status) {
        Offers found = find(queue, status);
        return found != null ? found : make();
    }

    Offers get(int bucket) {
        Offers offers = all[bucket];
        if (offers == null) {
            throw new IllegalStateException("expected a bucket numbered " + bucket + ", was none");
        }
        return offers;
    }

    /** Forgets {@code empty} if it has no entry. */
    void dropIfEmpty(Offers empty) {
        if (empty.size() > 0) {
            return;
        }
        int last = names.remove(empty.name);
        if (last != empty.name) {
            long moved = bucketOfName.get(last);
            bucketOfName.set(empty.name, moved);
            get((int) moved).name = empty.name;
        }
        bucketOfName.length(names.size());
        all[empty.bucket] = null;
        freeBuckets.length(free + 1);
        freeBuckets.set(free++, empty.bucket);
        if (names.size() == 0) {
            startOver();
        }
    }

    void forEach(ClaimIndex.BucketVisitor visitor) {
        ByteSlab queue = new ByteSlab();
        ByteSlab status = new ByteSlab();
        for (int i = 0; i < names.size(); i++) {
            names.read(i, name);
            int queueBytes = name.shortAt(0);
            int statusAt = Short.BYTES + queueBytes;
            queue.clear().putBytes(name, Short.BYTES, queueBytes);
            status.clear().putBytes(name, statusAt, name.length() - statusAt);
            Offers offers = get((int) bucketOfName.get(i));
            visitor.bucket(queue, status, offers.offered(), offers.size() - offers.offered());
        }
    }

    long bytes() {
        long bytes = names.bytes() + bucketOfName.bytes() + freeBuckets.bytes() + (long) Long.BYTES * all.length;
        for (int i = 0; i < names.size(); i++) {
            bytes += get((int) bucketOfName.get(i)).bytes();
        }
        return bytes;
    }

    private Offers make() {
        int bucket;
        if (free > 0) {
            bucket = (int) freeBuckets.get(--free);
            freeBuckets.length(free);
        } else {
            if (numbers == all.length) {
                all = Arrays.copyOf(all, numbers * 2);
            }
            bucket = numbers++;
        }
        Offers made = new Offers(bucket, places);
        made.name = names.add(name);
        bucketOfName.length(names.size());
        bucketOfName.set(made.name, bucket);
        all[bucket] = made;
        return made;
    }

    private void startOver() {
        all = new Offers[INITIAL];
        numbers = 0;
        free = 0;
        freeBuckets.length(0);
    }

    /** Queue and status as one key: the length of the queue, so that no two pairs look alike, then both. */
    private ByteSlab join(ByteSlab queue, ByteSlab status) {
        name.clear().putShort(queue.length());
        name.putBytes(queue);
        name.putBytes(status);
        return name;
    }
}
