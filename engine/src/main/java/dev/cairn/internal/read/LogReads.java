package dev.cairn.internal.read;

import dev.cairn.LogRecord;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.log.LogFilter;
import org.jspecify.annotations.Nullable;

/**
 * A run through the log that shows the records a filter lets pass.
 *
 * <p>Threading: one thread at a time.
 */
public final class LogReads {
    private final Kinds kinds;
    private final LogCursor cursor;
    private final RecordDecoder decoder;
    private final LogFilter filter;
    private final @Nullable Kind kind;
    private final ByteSlab topic;
    private final @Nullable ByteSlab key;
    private final Event event = new Event();

    public LogReads(Kinds kinds, LogCursor cursor, LogFilter filter) {
        this.kinds = kinds;
        this.cursor = cursor;
        this.decoder = new RecordDecoder(kinds);
        this.filter = filter;
        String wanted = filter.topic();
        this.kind = wanted == null ? null : kinds.byName(wanted);
        this.topic = ByteSlab.ofUtf8(wanted == null || kind != null ? "" : wanted);
        this.key = filter.key() == null ? null : ByteSlab.ofUtf8(filter.key());
    }

    public void seek(long offset) {
        cursor.seek(offset);
    }

    /** The offset at which to go on. */
    public long nextOffset() {
        return cursor.nextOffset();
    }

    /** Moves on by one record up to {@code through}; false at the end. */
    public boolean advance(long through) {
        return cursor.next(through);
    }

    /** Offset of the record that {@link #advance} moved to. */
    public long offset() {
        return cursor.frame().offset();
    }

    /** The record that {@link #advance} moved to, or null when the filter holds it back. */
    public @Nullable LogRecord record() {
        FrameView frame = cursor.frame();
        if (filter.topic() != null && !topicMatches(frame)) {
            return null;
        }
        if (key != null && !frame.keyEquals(key)) {
            return null;
        }
        frame.copyTo(event);
        String type = filter.type();
        if (type != null && !type.equals(Recovered.typeName(kinds.byId(event.kind), event))) {
            return null;
        }
        return decoder.decode(event);
    }

    private boolean topicMatches(FrameView frame) {
        return kind != null
                ? frame.kind() == kind.id() && frame.topicLength() == 0
                : frame.topicLength() > 0 && frame.topicEquals(topic);
    }
}
