package dev.cairn.internal.read;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.state.RootSum;
import dev.cairn.internal.state.StateStore;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up the state root: kind by kind, over the content of every entity that exists.
 *
 * <pre>
 *  content of an entity:  key length i32 | key | version i64 | what the kind says
 * </pre>
 *
 * <p>Threading: one thread; nobody changes the state meanwhile.
 */
public final class StateDigest {
    private final Kinds kinds;
    private final Map<String, RootSum> sums = new TreeMap<>();
    private final ByteSlab content = new ByteSlab(1024);

    public StateDigest(Kinds kinds) {
        this.kinds = kinds;
    }

    /** Adds one entity; {@code key} is its state key without the kind. */
    public void add(Kind kind, ByteSlab key, int from, Entity entity) {
        if (!entity.exists() || !kind.inStateRoot()) {
            return;
        }
        content.clear();
        content.putInt(key.length() - from);
        content.putBytes(key, from, key.length() - from);
        content.putLong(entity.version());
        kind.content(entity, content);
        sums.computeIfAbsent(kind.name(), name -> new RootSum()).add(content);
    }

    /** Adds every entity of {@code store}. */
    public void addAll(StateStore store, EntityReader reader) {
        Entity entity = new Entity();
        store.forEach((key, value) -> {
            Kind kind = kinds.byId((byte) key.byteAt(0));
            entity.value().set(value);
            if (entity.byReference()) {
                reader.load(kind, key, entity);
            }
            add(kind, key, 1, entity);
        });
    }

    /** Each kind's digest in hexadecimal. */
    public Map<String, String> hex() {
        Map<String, String> digests = new TreeMap<>();
        sums.forEach((kind, sum) -> digests.put(kind, sum.hex()));
        return digests;
    }
}
