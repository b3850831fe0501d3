package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.EntityWrites;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines about entities. To upsert one is what PUT does over its route.
 *
 * <p>Threading: one thread.
 */
final class EntityForm implements LineForm {
    private static final Set<String> NAME = Set.of("type", "id");
    private static final Set<String> ALL = Set.of("type", "id", "properties");
    private static final Map<BatchOp, Set<String>> OPS =
            Map.of(BatchOp.UPSERT, ALL, BatchOp.PATCH, ALL, BatchOp.DELETE, NAME, BatchOp.CHECK, NAME);
    private static final String NOTHING = "{}";

    private @Nullable String type;
    private @Nullable String id;
    private String properties = NOTHING;

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        type = null;
        id = null;
        properties = NOTHING;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "type" -> type = json.textOrNull();
            case "id" -> id = json.textOrNull();
            case "properties" -> properties = json.rawObjectOrNull();
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public Write write(BatchOp op) {
        EntityRef entity = ref();
        return switch (op) {
            case UPSERT -> EntityWrites.put(entity, properties());
            case PATCH -> EntityWrites.patch(entity, properties);
            case DELETE -> EntityWrites.delete(entity);
            default -> EntityWrites.check(entity);
        };
    }

    EntityRef ref() {
        return ref(type, "type", id, "id");
    }

    /** @throws InvalidRequestException when they are null: that is a change to what there is, and nothing to put */
    String properties() {
        if (properties.equals("null")) {
            throw new InvalidRequestException("expected an object as properties, was null", "/properties");
        }
        return properties;
    }

    /** The entity whose type and id are these members. */
    static EntityRef ref(@Nullable String type, String typeMember, @Nullable String id, String idMember) {
        String typeGiven = LineForm.given(type, typeMember);
        String idGiven = LineForm.given(id, idMember);
        try {
            return EntityRef.of(typeGiven, idGiven);
        } catch (InvalidRequestException e) {
            String member = "type".equals(e.where()) ? typeMember : idMember;
            throw new InvalidRequestException(String.valueOf(e.getMessage()), "/" + member);
        }
    }
}
