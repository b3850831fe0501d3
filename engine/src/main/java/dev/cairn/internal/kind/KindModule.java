package dev.cairn.internal.kind;

import dev.cairn.internal.codec.Event;
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
     * Whether a record that an operation id stands for still stands for something; false where the operation came to nothing
     * afterwards, and would be decided anew.
     *
     * @param first of one of the kinds of this module
     */
    default boolean stands(KindHost host, Event first) {
        return true;
    }

    /**
     * Begins what the capability does by itself while a directory is open for writing, such as letting things expire; null
     * when it does nothing. What is returned is closed before the commit path is.
     */
    default @Nullable AutoCloseable start(KindHost host) {
        return null;
    }
}
