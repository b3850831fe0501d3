package dev.cairn.internal.read;

import dev.cairn.LogRecord;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.log.LogFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A filter over frames: holds records back before they are copied and decoded, wherever the frames come from.
 *
 * <p>Threading: one thread at a time.
 */
final class RecordSieve {
    private final Kinds kinds;
    private final RecordDecoder decoder;
    private final Topic[] wanted;
    private final Topic[] leftOut;
    private final List<String> types;
    private final @Nullable ByteSlab key;
    private final Event event = new Event();

    /** A built-in topic is known by its kind, a user's by its name. */
    private record Topic(@Nullable Kind kind, ByteSlab name) {
        boolean matches(FrameView frame) {
            return kind != null
                    ? frame.kind() == kind.id() && frame.topicLength() == 0
                    : frame.topicLength() > 0 && frame.topicEquals(name);
        }
    }

    RecordSieve(Kinds kinds, LogFilter filter) {
        this.kinds = kinds;
        this.decoder = new RecordDecoder(kinds);
        this.wanted = topics(filter.topics());
        this.leftOut = topics(filter.topicsLeftOut());
        this.types = filter.types();
        this.key = filter.key() == null ? null : ByteSlab.ofUtf8(filter.key());
    }

    private Topic[] topics(List<String> names) {
        return names.stream()
                .map(name -> new Topic(kinds.byName(name), ByteSlab.ofUtf8(name)))
                .toArray(Topic[]::new);
    }

    /** The record in the frame, or null when the filter holds it back. */
    @Nullable
    LogRecord pass(FrameView frame) {
        if (wanted.length > 0 && !matchesAny(wanted, frame) || matchesAny(leftOut, frame)) {
            return null;
        }
        if (key != null && !frame.keyEquals(key)) {
            return null;
        }
        frame.copyTo(event);
        if (!types.isEmpty() && !types.contains(Recovered.typeName(kinds.byId(event.kind), event))) {
            return null;
        }
        return decoder.decode(event);
    }

    private static boolean matchesAny(Topic[] topics, FrameView frame) {
        for (Topic topic : topics) {
            if (topic.matches(frame)) {
                return true;
            }
        }
        return false;
    }
}
