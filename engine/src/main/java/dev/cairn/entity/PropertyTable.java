package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.JsonObject;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;

/**
 * How entities lie in the projection: a row for each, and in {@code entity_property} a row for each property.
 *
 * <p>{@code value} is of the column type {@code ANY}: SQLite compares integers and numbers with each other exactly, keeps texts apart
 * from both, and one index serves all of them.
 *
 * <p>Threading: stateless.
 */
final class PropertyTable implements EntityTable {
    static final String NAME = "entity";
    static final String TYPE = "type";
    static final String BORN = "born";
    static final String CREATED_AT = "created_at";
    static final String UPDATED_AT = "updated_at";

    static final String PROPERTIES = "entity_property";
    static final String PROPERTY_NAME = "name";
    static final String OWNER_TYPE = "owner_type";
    static final String PROPERTY_TYPE = "type";
    static final String VALUE = "value";

    private static final Child PROPERTY = new Child(
            PROPERTIES,
            List.of(
                    new Column(PROPERTY_NAME, "TEXT NOT NULL"),
                    new Column(OWNER_TYPE, "TEXT NOT NULL"),
                    new Column(PROPERTY_TYPE, "TEXT NOT NULL"),
                    new Column(VALUE, "ANY")),
            List.of(String.join(", ", OWNER_TYPE, PROPERTY_NAME, PROPERTY_TYPE, VALUE, "key")));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column(TYPE, "TEXT NOT NULL"),
                new Column(BORN, "INTEGER NOT NULL"),
                new Column(CREATED_AT, "INTEGER NOT NULL"),
                new Column(UPDATED_AT, "INTEGER NOT NULL"),
                new Column("properties", "TEXT NOT NULL"));
    }

    @Override
    public List<String> indexes() {
        return List.of(TYPE + ", key", TYPE + ", " + CREATED_AT + ", key", TYPE + ", " + UPDATED_AT + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        expectVersion(body.takeByte());
        long born = body.takeLong();
        long createdAt = body.takeLong();
        long updatedAt = body.takeLong();
        row.text(body.takeText());
        row.integer(born);
        row.integer(createdAt);
        row.integer(updatedAt);
        row.text(body.takeUtf8(body.remaining()));
    }

    private static void expectVersion(int version) {
        if (version != EntityBody.V1) {
            throw new IllegalStateException("expected an entity body of version " + EntityBody.V1 + ", was " + version);
        }
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        String type = LinkTable.required(row);
        body.putByte(EntityBody.V1);
        body.putLong(row.integer());
        body.putLong(row.integer());
        body.putLong(row.integer());
        body.putText(type);
        body.putUtf8(LinkTable.required(row));
    }

    @Override
    public List<Child> children() {
        return List.of(PROPERTY);
    }

    @Override
    public void toChildRows(SlabCursor body, ChildRows rows) {
        expectVersion(body.takeByte());
        body.advance(3 * Long.BYTES);
        String type = body.takeText();
        ByteSlab json = ByteSlab.ofUtf8(body.takeUtf8(body.remaining()));
        JsonObject properties = new JsonObject(json, 0, json.length());
        while (properties.next()) {
            PropertyValue value = PropertyValue.of(properties);
            Row row = rows.add(PROPERTY);
            row.text(properties.name());
            row.text(type);
            row.text(value.type().word());
            if (value.comparable() instanceof Long integer) {
                row.integer(integer);
            } else if (value.comparable() instanceof Double number) {
                row.real(number);
            } else {
                row.text((String) value.comparable());
            }
        }
    }
}
