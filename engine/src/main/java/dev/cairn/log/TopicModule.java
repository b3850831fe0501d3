package dev.cairn.log;

import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Topics of the user's own, as the registry sees them. Not for embedding programs: these use {@link Log}.
 *
 * <p>Threading: any thread.
 */
public final class TopicModule implements KindModule<TopicModule.Appends> {
    private final TopicKind kind;

    /** @param jsonBytesMax the largest payload of a record, in bytes */
    public TopicModule(int jsonBytesMax) {
        kind = new TopicKind(jsonBytesMax);
    }

    /** The appending half of {@link Log}. */
    public interface Appends {
        /** See {@link Log#append(NewRecord, WriteOptions)}. */
        Receipt append(NewRecord record, WriteOptions options);

        /** See {@link Log#appendAsync}. */
        CompletableFuture<Receipt> appendAsync(NewRecord record, WriteOptions options);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    @Override
    public Appends client(KindHost host) {
        return new Appends() {
            @Override
            public Receipt append(NewRecord record, WriteOptions options) {
                return host.commit(kind, TopicCommand.of(record), options);
            }

            @Override
            public CompletableFuture<Receipt> appendAsync(NewRecord record, WriteOptions options) {
                return host.commitAsync(kind, TopicCommand.of(record), options);
            }
        };
    }
}
