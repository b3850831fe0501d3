package dev.cairn.internal.commit;

import dev.cairn.CairnException;
import dev.cairn.Refusal;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last writes that were refused, for whoever asks why something did not happen. What was merely not there, or came too fast,
 * is not kept: an agent that asks for work a hundred times a second would push out what matters.
 *
 * <p>Threading: any thread.
 */
public final class RefusalMemory {
    /** So many are remembered. */
    static final int REFUSALS_MAX = 4_096;

    private final Entry[] ring = new Entry[REFUSALS_MAX];
    private long count;

    /** Put into words only when somebody asks. Not the command: that may be large. */
    private record Entry(
            long at,
            long endOffset,
            Kind kind,
            @Nullable String topic,
            String key,
            WriteOptions options,
            Rejection why) {
        boolean isAbout(Kind asked, @Nullable String askedTopic, String askedKey) {
            return kind == asked && key.equals(askedKey) && Objects.equals(topic, askedTopic);
        }

        Refusal refusal() {
            CairnException told = why.toException();
            return new Refusal(
                    Micros.toInstant(at),
                    endOffset,
                    topic == null ? kind.name() : topic,
                    key,
                    options.actor(),
                    options.operation(),
                    told.code(),
                    String.valueOf(told.getMessage()));
        }
    }

    synchronized void add(long at, long endOffset, Kind kind, Command command, WriteOptions options, Rejection why) {
        if (why instanceof Rejection.NotFound || why instanceof Rejection.Overloaded) {
            return;
        }
        ring[(int) (count % REFUSALS_MAX)] =
                new Entry(at, endOffset, kind, command.topic(), command.key(), options, why);
        count++;
    }

    /** Those about one entity since the record at {@code offset}, the newest first. */
    public List<Refusal> since(long offset, Kind kind, @Nullable String topic, String key) {
        // Words, and the stack traces that come with them, are made when no writer waits for the memory any more.
        return entries(offset, kind, topic, key).stream().map(Entry::refusal).toList();
    }

    private synchronized List<Entry> entries(long offset, Kind kind, @Nullable String topic, String key) {
        List<Entry> found = new ArrayList<>();
        for (long i = count - 1; i >= Math.max(0, count - REFUSALS_MAX); i--) {
            Entry entry = ring[(int) (i % REFUSALS_MAX)];
            if (entry.endOffset() > offset && entry.isAbout(kind, topic, key)) {
                found.add(entry);
            }
        }
        return found;
    }
}
