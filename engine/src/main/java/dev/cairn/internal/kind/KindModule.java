package dev.cairn.internal.kind;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One package of capability as the registry sees it: its kinds and its client API.
 *
 * @param <A> the client API
 */
public interface KindModule<A> {
    List<Kind> kinds();

    A client(KindHost host);

    /**
     * Begins what the capability does by itself while a directory is open for writing, such as letting things expire; null
     * when it does nothing. What is returned is closed before the commit path is.
     */
    default @Nullable AutoCloseable start(KindHost host) {
        return null;
    }
}
