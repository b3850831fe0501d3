package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import dev.cairn.Receipt;
import dev.cairn.entity.EntityLink;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.LinkedEntity;
import dev.cairn.entity.PropertyType;
import dev.cairn.entity.TypedEntity;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entities and links as JSON, and their names in paths.
 *
 * <p>Threading: stateless.
 */
final class EntityJson {
    private static final String NOTHING = "{}";

    private EntityJson() {}

    /** The entity whose type and id are at these places of the path. */
    static EntityRef ref(Exchange exchange, int typeSegment, String type, String id) {
        String typeName = name(exchange, typeSegment, type);
        return EntityRef.of(typeName, name(exchange, typeSegment + 1, id));
    }

    static String name(Exchange exchange, int segment, String parameter) {
        return Names.notReserved(exchange.name(segment, parameter), parameter);
    }

    static void write(JsonGenerator json, TypedEntity entity) throws IOException {
        json.writeStartObject();
        writeRef(json, entity.ref());
        writeProperties(json, entity.properties());
        json.writeObjectFieldStart("types");
        for (Map.Entry<String, PropertyType> type : entity.types().entrySet()) {
            json.writeStringField(type.getKey(), type.getValue().word());
        }
        json.writeEndObject();
        json.writeNumberField("version", entity.version());
        json.writeNumberField("revision", entity.revision());
        json.writeStringField("createdAt", Times.format(entity.createdAt()));
        json.writeStringField("updatedAt", Times.format(entity.updatedAt()));
        if (entity.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    static void write(JsonGenerator json, EntityLink link) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("from");
        writeRef(json, link.from());
        json.writeEndObject();
        json.writeStringField("relation", link.relation());
        json.writeObjectFieldStart("to");
        writeRef(json, link.to());
        json.writeEndObject();
        writeProperties(json, link.properties());
        json.writeNumberField("version", link.version());
        json.writeNumberField("revision", link.revision());
        json.writeStringField("createdAt", Times.format(link.createdAt()));
        json.writeStringField("updatedAt", Times.format(link.updatedAt()));
        if (link.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    static void write(JsonGenerator json, LinkedEntity reached) throws IOException {
        json.writeStartObject();
        writeHop(json, reached);
        json.writeNumberField("hops", reached.hops());
        LinkedEntity via = reached.via();
        if (via != null) {
            json.writeObjectFieldStart("via");
            writeHop(json, via);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeHop(JsonGenerator json, LinkedEntity reached) throws IOException {
        json.writeStringField("relation", reached.relation());
        json.writeStringField("direction", reached.inbound() ? "in" : "out");
        writeRef(json, reached.entity());
        if (!reached.properties().equals(NOTHING)) {
            json.writeFieldName("linkProperties");
            json.writeRawValue(reached.properties());
        }
    }

    private static void writeRef(JsonGenerator json, EntityRef ref) throws IOException {
        json.writeStringField("type", ref.type());
        json.writeStringField("id", ref.id());
    }

    private static void writeProperties(JsonGenerator json, String properties) throws IOException {
        json.writeFieldName("properties");
        json.writeRawValue(properties);
    }

    static void writeReceipt(JsonGenerator json, Receipt receipt) throws IOException {
        json.writeFieldName("receipt");
        ReceiptJson.write(json, receipt);
    }

    /**
     * The body of a write: properties, and what every write's body may carry.
     *
     * <p>Threading: one thread.
     */
    static final class Fields {
        final WriteFields write = new WriteFields();
        private @Nullable String properties;

        /** Reads a body that is an object, or an empty one where it {@code mayBeAbsent}. */
        static Fields of(byte[] body, boolean mayBeAbsent, boolean withProperties) throws IOException {
            Fields fields = new Fields();
            if (body.length == 0 && mayBeAbsent) {
                return fields;
            }
            try (JsonReader json = JsonReader.object(body, 0, body.length)) {
                for (String name = json.next(); name != null; name = json.next()) {
                    if (withProperties && name.equals("properties")) {
                        fields.properties = json.rawObjectOrNull();
                    } else if (!fields.write.take(name, json)) {
                        throw json.unknown();
                    }
                }
            }
            return fields;
        }

        /** @throws InvalidRequestException when they are null: that is a change to what there is, and nothing to put */
        String properties() {
            String patch = patch();
            if (patch.equals("null")) {
                throw new InvalidRequestException("expected an object as properties, was null", "/properties");
            }
            return patch;
        }

        String patch() {
            return properties == null ? NOTHING : properties;
        }
    }
}
