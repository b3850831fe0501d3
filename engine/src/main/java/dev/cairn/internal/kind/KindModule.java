package dev.cairn.internal.kind;

import java.util.List;

/**
 * One package of capability as the registry sees it: its kinds and its client API.
 *
 * @param <A> the client API
 */
public interface KindModule<A> {
    List<Kind> kinds();

    A client(KindHost host);
}
