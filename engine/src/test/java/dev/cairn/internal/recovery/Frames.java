package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.KindIds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Frames of records that name those before them, as they pass by: each is valid until the next. */
final class Frames {
    static final int EPOCH = 3;

    private final ByteBuffer bytes = ByteBuffer.allocate(1_024).order(ByteOrder.LITTLE_ENDIAN);
    private final Event event = new Event();

    /** A record of a task, which is the first that changed it. */
    FrameView first(long offset) {
        return task(offset, -1, -1, "key-" + offset, 1);
    }

    /** A record of a task. */
    FrameView task(long offset, long previous, long previousImage, String key, long version) {
        return frame(offset, record -> {
            record.kind = KindIds.TASK;
            record.previous = previous;
            record.previousImage = previousImage;
            record.version = version;
            record.key.putUtf8(key);
        });
    }

    FrameView frame(long offset, Consumer<Event> record) {
        event.clear();
        event.epoch = EPOCH;
        event.offset = offset;
        record.accept(event);
        new Frame().encode(event, bytes, 0);
        return new FrameView().wrap(bytes, 0);
    }
}
