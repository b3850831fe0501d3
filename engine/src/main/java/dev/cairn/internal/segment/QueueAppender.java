package dev.cairn.internal.segment;

import dev.cairn.internal.jvm.JvmAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The Chronicle Queue of one opening: a directory that it alone writes, in segments that were prepared before.
 *
 * <p>Threading: append lock held for {@link #append}; {@link #open}, {@link #begin} and {@link #close} from a thread that
 * nobody interrupts, while the lock is held for it.
 */
final class QueueAppender implements AutoCloseable {
    /** The queue's shared table: holds only what can be derived, but must not meet a full disk. */
    private static final int METADATA_BYTES = 128 << 10;

    static {
        JvmAccess.open();
        // It only logs; a thread of its own for that is one too many.
        if (System.getProperty("chronicle.disk.monitor.disable") == null) {
            System.setProperty("chronicle.disk.monitor.disable", "true");
        }
    }

    private final SingleChronicleQueue queue;
    private final CairnRollCycle cycle;
    private final ExcerptAppender appender;
    private final PointerBytesStore window = new PointerBytesStore();
    /** The buffer that {@link #address} belongs to; callers reuse one buffer. */
    private @Nullable ByteBuffer buffer;

    private long address;
    /** Where the queue has mapped the current segment. */
    private long base;

    private QueueAppender(SingleChronicleQueue queue, CairnRollCycle cycle) {
        this.queue = queue;
        this.cycle = cycle;
        this.appender = queue.createAppender();
        this.appender.singleThreadedCheckDisabled(true);
    }

    /** Opens a new queue in {@code directory}; its first segment will be that after {@code number}. */
    static QueueAppender open(Path directory, int number, Geometry geometry) throws IOException {
        Preallocation.create(directory.resolve(LogDirectory.QUEUE_METADATA), METADATA_BYTES, METADATA_BYTES);
        CairnRollCycle cycle = new CairnRollCycle(number);
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle)
                .epoch(CairnRollCycle.EPOCH_MILLIS)
                .blockSize(geometry.blockBytes())
                .syncMode(SyncMode.NONE)
                .build();
        if (queue.rollCycle() != cycle || queue.lastCycle() >= 0 && queue.lastCycle() != Integer.MIN_VALUE) {
            queue.close();
            throw new IOException(directory + ": expected an empty queue, was one with files");
        }
        try {
            return new QueueAppender(queue, cycle);
        } catch (RuntimeException | Error e) {
            queue.close();
            throw e;
        }
    }

    /** Ends the current segment and writes {@code header} as the first document of segment {@code number}. */
    void begin(int number, ByteBuffer header, int length) {
        cycle.number(number);
        append(header, length);
        base = appender.wire().bytes().addressForRead(0);
    }

    /**
     * Position of the word of the document of {@code length} bytes that was just appended at or behind {@code position}, or −1
     * if it is not there. Looks through the queue's own mapping, which is in the processor's caches.
     */
    int appendedAt(int position, int length) {
        int at = position;
        int word = OS.memory().readVolatileInt(base + at);
        while (QueueFormat.isQueuesOwn(word)) {
            at = (int) QueueFormat.next(at, QueueFormat.length(word));
            word = OS.memory().readVolatileInt(base + at);
        }
        return word == length ? at : -1;
    }

    /** Appends {@code length} bytes from index 0 of the direct buffer {@code document}; copies them once, allocates nothing. */
    @SuppressWarnings("ReferenceEquality") // the address is that of one buffer, not of an equal one
    void append(ByteBuffer document, int length) {
        if (document != buffer) {
            address = Jvm.address(document);
            buffer = document;
        }
        window.set(address, length);
        appender.writeBytes(window);
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}
