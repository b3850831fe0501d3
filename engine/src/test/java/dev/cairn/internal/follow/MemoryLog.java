package dev.cairn.internal.follow;

import dev.cairn.internal.codec.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory: records in documents, of which a part is durable.
 *
 * <p>Threading: any thread.
 */
public final class MemoryLog implements RecordSource.Opener {
    private record Stored(Event event, boolean documentEnd) {}

    private final List<Stored> records = new ArrayList<>();
    private long durable = -1;
    private int openSources;
    private @Nullable RuntimeException failing;

    /** Appends a copy of {@code event} as a document of its own. */
    public void append(Event event) {
        append(event, true);
    }

    /** Appends a copy of {@code event}, whose offset is above those before it. */
    public synchronized void append(Event event, boolean documentEnd) {
        records.add(new Stored(copy(event), documentEnd));
    }

    /** Makes everything durable. */
    public synchronized void force() {
        durable = endOffset() - 1;
        notifyAll();
    }

    public synchronized void force(long through) {
        durable = through;
        notifyAll();
    }

    /** Lets every read fail from now on, or not any more. */
    public synchronized void failWith(@Nullable RuntimeException failure) {
        failing = failure;
        notifyAll();
    }

    public synchronized long durableOffset() {
        return durable;
    }

    public synchronized long endOffset() {
        return records.isEmpty() ? 0 : records.get(records.size() - 1).event.offset + 1;
    }

    public synchronized int openSources() {
        return openSources;
    }

    public synchronized OptionalInt checksumAt(long offset) {
        int index = indexFrom(offset);
        boolean there = index < records.size() && records.get(index).event.offset == offset;
        return there ? OptionalInt.of(checksum(records.get(index).event)) : OptionalInt.empty();
    }

    private static int checksum(Event event) {
        return event.key.utf8().hashCode() * 31 + Long.hashCode(event.offset) + event.epoch;
    }

    private int indexFrom(long offset) {
        int low = 0;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (records.get(middle).event.offset < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public synchronized RecordSource open(long from) {
        openSources++;
        return new Source(indexFrom(from));
    }

    /** A copy that shares nothing. */
    public static Event copy(Event event) {
        Event copy = new Event();
        copyTo(event, copy);
        return copy;
    }

    private static void copyTo(Event event, Event into) {
        into.kind = event.kind;
        into.type = event.type;
        into.epoch = event.epoch;
        into.offset = event.offset;
        into.at = event.at;
        into.occurredAt = event.occurredAt;
        into.previous = event.previous;
        into.previousImage = event.previousImage;
        into.version = event.version;
        into.durable = event.durable;
        into.item = event.item;
        into.commandHash = event.commandHash;
        into.hasImage = event.hasImage;
        into.topic.set(event.topic);
        into.key.set(event.key);
        into.actor.set(event.actor);
        into.operation.set(event.operation);
        into.payload.set(event.payload);
        into.image.set(event.image);
    }

    private final class Source implements RecordSource {
        private int next;
        private boolean closed;

        Source(int next) {
            this.next = next;
        }

        @Override
        public boolean next(Event into) {
            synchronized (MemoryLog.this) {
                if (failing != null) {
                    throw failing;
                }
                if (next >= records.size() || records.get(next).event.offset > durable) {
                    return false;
                }
                copyTo(records.get(next).event, into);
                next++;
                return true;
            }
        }

        @Override
        public boolean atDocumentEnd() {
            synchronized (MemoryLog.this) {
                return records.get(next - 1).documentEnd;
            }
        }

        @Override
        public int checksum() {
            synchronized (MemoryLog.this) {
                return MemoryLog.checksum(records.get(next - 1).event);
            }
        }

        @Override
        public long durableOffset() {
            return MemoryLog.this.durableOffset();
        }

        @Override
        public boolean awaitDurable(long offset, long timeoutNanos) throws InterruptedException {
            synchronized (MemoryLog.this) {
                long deadline = System.nanoTime() + timeoutNanos;
                while (durable < offset) {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    TimeUnit.NANOSECONDS.timedWait(MemoryLog.this, left);
                }
                return true;
            }
        }

        @Override
        public void close() {
            synchronized (MemoryLog.this) {
                openSources -= closed ? 0 : 1;
                closed = true;
            }
        }
    }
}
