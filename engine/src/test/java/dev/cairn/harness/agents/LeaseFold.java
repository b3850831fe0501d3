package dev.cairn.harness.agents;

import dev.cairn.Cairn;
import dev.cairn.Fence;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the log from outside, with code that shares nothing with the engine's, and holds it against what leases promise: at
 * any offset at most one holder; tokens only grow; who waits is served in the order of the queue; each record that was written
 * under a fence was written while that token was current; and what a lease guards was written by its holder.
 *
 * <p>Threading: one thread.
 */
public final class LeaseFold {
    private static final int PAGE_RECORDS = 1_000;
    private static final long NOBODY = -1;

    private final Map<String, Long> holders = new HashMap<>();
    private final Map<String, Long> lastTokens = new HashMap<>();
    private final Map<String, List<Long>> queues = new HashMap<>();
    private final Set<String> operations = new HashSet<>();
    private long grants;
    private long served;
    private long fenced;
    private long last = -1;

    /** A record, as far as it matters here. */
    public record Entry(
            long offset, String topic, String key, String type, String operation, List<Fence> fences, String payload) {}

    /** The whole durable log of an engine. */
    public static LeaseFold of(Cairn cairn) {
        cairn.sync();
        LeaseFold fold = new LeaseFold();
        long next = cairn.watermarks().startOffset();
        while (next <= cairn.watermarks().durableOffset()) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), PAGE_RECORDS);
                page.records().forEach(fold::add);
                next = page.next();
            } catch (GoneException e) {
                next = Objects.requireNonNull(e.resumeFrom());
            }
        }
        return fold;
    }

    private void add(LogRecord record) {
        String operation = record.operation();
        add(new Entry(
                record.offset(),
                record.topic(),
                record.key(),
                record.type(),
                operation == null ? "" : operation,
                record.fences(),
                record.payload()));
    }

    /** Takes the next record, in order of offset. */
    public void add(Entry entry) {
        require(entry.offset() > last, "offsets to grow", entry);
        last = entry.offset();
        for (Fence fence : entry.fences()) {
            require(holder(fence.lease()) == fence.token(), "the current token " + holder(fence.lease()), entry);
            fenced++;
        }
        String guard = entry.topic() + ":" + entry.key();
        if (entry.topic().equals("lease")) {
            lease(entry);
        } else if (holder(guard) != NOBODY) {
            require(entry.fences().contains(new Fence(guard, holder(guard))), "a write by the holder", entry);
        }
        operations.add(entry.operation());
    }

    private long holder(String lease) {
        return holders.getOrDefault(lease, NOBODY);
    }

    private void lease(Entry entry) {
        String lease = entry.key();
        List<Long> queue = queues.computeIfAbsent(lease, name -> new ArrayList<>());
        switch (entry.type()) {
            case "granted" -> {
                require(holder(lease) == NOBODY, "nobody to hold it", entry);
                require(number(entry, "token", -2) == entry.offset(), "its offset as its token", entry);
                require(entry.offset() > lastTokens.getOrDefault(lease, NOBODY), "tokens to grow", entry);
                long place = number(entry, "queuedAt", NOBODY);
                require(place == (queue.isEmpty() ? NOBODY : queue.get(0)), "the first of " + queue, entry);
                if (place != NOBODY) {
                    queue.remove(0);
                    served++;
                }
                holders.put(lease, entry.offset());
                lastTokens.put(lease, entry.offset());
                grants++;
            }
            case "queued" -> {
                require(holder(lease) != NOBODY, "somebody to wait for", entry);
                require(
                        !operations.contains(entry.operation())
                                || entry.operation().isEmpty(),
                        "one place",
                        entry);
                queue.add(entry.offset());
            }
            case "renewed" -> require(holder(lease) == number(entry, "token", -2), "the holder", entry);
            case "withdrawn" -> require(queue.remove(number(entry, "queuedAt", -2)), "a place of " + queue, entry);
            default -> {
                require(holder(lease) == number(entry, "token", -2), "the current token to end", entry);
                holders.remove(lease);
            }
        }
    }

    private static long number(Entry entry, String member, long absent) {
        Matcher matcher = Pattern.compile("\"" + member + "\":([0-9]+)").matcher(entry.payload());
        return matcher.find() ? Long.parseLong(matcher.group(1)) : absent;
    }

    private static void require(boolean holds, String expected, Entry entry) {
        if (!holds) {
            throw new AssertionError("expected " + expected + ", was " + entry);
        }
    }

    /** Leases given out. */
    public long grants() {
        return grants;
    }

    /** Of those, to somebody who had waited. */
    public long served() {
        return served;
    }

    /** Fences under which something was written. */
    public long fenced() {
        return fenced;
    }

    /** All operation ids that are in the log. */
    public Set<String> operations() {
        return operations;
    }

    /** The places that are left in the queue of a lease, as offsets. */
    public List<Long> queue(String lease) {
        return List.copyOf(queues.getOrDefault(lease, List.of()));
    }
}
