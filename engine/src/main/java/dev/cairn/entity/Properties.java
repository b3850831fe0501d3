package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonObject;
import dev.cairn.internal.json.MergePatch;
import dev.cairn.internal.kind.Names;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The properties of an entity or a link: a JSON object, checked for form.
 *
 * <p>Threading: stateless.
 */
final class Properties {
    /** The most properties of one entity. */
    static final int COUNT_MAX = 1_024;

    private static final String WHERE = "/properties";

    private Properties() {}

    /** Checks a merge patch: of some properties, or null, which takes all away. */
    static byte[] checkedPatch(String json) {
        byte[] patch = Json.objectOrNull(json, WHERE);
        return MergePatch.isNull(patch) ? patch : checked(json);
    }

    /**
     * Checks properties.
     *
     * @return compact JSON
     * @throws InvalidRequestException when they are no object, are too many, or a name is none
     */
    static byte[] checked(String json) {
        byte[] compact = Json.object(json, WHERE);
        ByteSlab slab = ByteSlab.copyOf(compact);
        JsonObject members = new JsonObject(slab, 0, slab.length());
        int count = 0;
        while (members.next()) {
            String name = members.name();
            Names.check(name, name.length() <= Names.BYTES_MAX ? WHERE + "/" + Json.pointerToken(name) : WHERE);
            count++;
        }
        if (count > COUNT_MAX) {
            throw new InvalidRequestException(tooMany(count), WHERE);
        }
        return compact;
    }

    static String tooMany(int count) {
        return "expected at most " + COUNT_MAX + " properties, was " + count;
    }

    /** The type of each property, in their order. */
    static Map<String, PropertyType> types(String json) {
        ByteSlab slab = ByteSlab.ofUtf8(json);
        JsonObject members = new JsonObject(slab, 0, slab.length());
        Map<String, PropertyType> types = new LinkedHashMap<>();
        while (members.next()) {
            types.put(members.name(), PropertyValue.of(members).type());
        }
        return Collections.unmodifiableMap(types);
    }
}
