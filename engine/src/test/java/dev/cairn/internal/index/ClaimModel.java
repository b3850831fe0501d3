package dev.cairn.internal.index;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a {@link ClaimIndex} is to be, from the collections of the JDK. */
final class ClaimModel {
    record Bucket(String queue, String status) {}

    record Entry(String key, Bucket bucket, int priority, long createdOffset) {}

    private static final Comparator<Entry> ORDER =
            Comparator.comparingInt(Entry::priority).reversed().thenComparingLong(Entry::createdOffset);

    final Map<String, Entry> entries = new HashMap<>();
    private final Map<Bucket, TreeSet<Entry>> offered = new HashMap<>();
    private final Map<Bucket, Set<String>> suspended = new HashMap<>();

    void put(Entry entry) {
        boolean stays = remove(entry.key());
        entries.put(entry.key(), entry);
        if (stays) {
            suspended.computeIfAbsent(entry.bucket(), any -> new HashSet<>()).add(entry.key());
        } else {
            offered(entry.bucket()).add(entry);
        }
    }

    /** Returns whether the key was known and suspended. */
    boolean remove(String key) {
        Entry before = entries.remove(key);
        if (before == null) {
            return false;
        }
        offered(before.bucket()).remove(before);
        return suspended(before.bucket()).remove(key);
    }

    void offer(String key, boolean offer) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return;
        }
        if (offer) {
            suspended(entry.bucket()).remove(key);
            offered(entry.bucket()).add(entry);
        } else if (offered(entry.bucket()).remove(entry)) {
            suspended(entry.bucket()).add(key);
        }
    }

    TreeSet<Entry> offered(Bucket bucket) {
        return offered.computeIfAbsent(bucket, any -> new TreeSet<>(ORDER));
    }

    Set<String> suspended(Bucket bucket) {
        return suspended.computeIfAbsent(bucket, any -> new HashSet<>());
    }

    /** Offered and suspended for each bucket that has either. */
    Map<Bucket, String> counts() {
        Map<Bucket, String> counts = new HashMap<>();
        for (Entry entry : entries.values()) {
            Bucket bucket = entry.bucket();
            counts.put(bucket, offered(bucket).size() + "+" + suspended(bucket).size());
        }
        return counts;
    }
}
