package dev.cairn.server;

import dev.cairn.Write;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.EntityWrites;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines about links between entities, whose members are called as in the path of their route.
 *
 * <p>Threading: one thread.
 */
final class LinkForm implements LineForm {
    private static final Set<String> NAME = Set.of("type", "id", "relation", "type2", "id2");
    private static final Set<String> ALL = Set.of("type", "id", "relation", "type2", "id2", "properties");
    private static final Map<BatchOp, Set<String>> OPS = Map.of(BatchOp.UPSERT, ALL, BatchOp.DELETE, NAME);

    private final EntityForm from = new EntityForm();
    private @Nullable String relation;
    private @Nullable String type2;
    private @Nullable String id2;

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        from.clear();
        relation = null;
        type2 = null;
        id2 = null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "relation" -> relation = json.textOrNull();
            case "type2" -> type2 = json.textOrNull();
            case "id2" -> id2 = json.textOrNull();
            default -> {
                return from.take(name, json);
            }
        }
        return true;
    }

    @Override
    public Write write(BatchOp op) {
        EntityRef one = from.ref();
        String called = LineForm.given(relation, "relation");
        EntityRef other = EntityForm.ref(type2, "type2", id2, "id2");
        return op == BatchOp.UPSERT
                ? EntityWrites.link(one, called, other, from.properties())
                : EntityWrites.unlink(one, called, other);
    }
}
