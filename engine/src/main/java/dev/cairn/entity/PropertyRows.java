package dev.cairn.entity;

import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters on properties in the words of the projection's rows.
 *
 * <p>Threading: stateless.
 */
final class PropertyRows {
    private PropertyRows() {}

    /** The condition on the rows of the properties of entities of {@code type}. */
    static Condition condition(String type, PropertyFilter filter) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.In(PropertyTable.OWNER_TYPE, List.of(type)));
        conditions.add(new Condition.In(PropertyTable.PROPERTY_NAME, List.of(filter.name())));
        if (filter instanceof PropertyFilter.Equal equal) {
            addEqual(conditions, equal.value());
        } else if (filter instanceof PropertyFilter.Between between) {
            addBetween(conditions, between);
        } else {
            addWithin(conditions, (PropertyFilter.Within) filter);
        }
        return new Condition.Has(PropertyTable.PROPERTIES, conditions);
    }

    /** Types and values that go with each other only: no text is a Long, no integer a boolean's 1 unless the value says so. */
    private static void addEqual(List<Condition> conditions, String text) {
        List<Object> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        Long micros = PropertyValue.micros(text);
        Object number = PropertyValue.number(text);
        if (micros != null) {
            types.add(PropertyType.TIME.word());
            values.add(micros);
        } else {
            types.add(PropertyType.TEXT.word());
            values.add(text);
        }
        if (number != null) {
            types.add(PropertyType.INTEGER.word());
            types.add(PropertyType.NUMBER.word());
            values.add(number);
        } else if (text.equals("true") || text.equals("false")) {
            types.add(PropertyType.BOOLEAN.word());
            values.add(text.equals("true") ? 1L : 0L);
        } else if (text.equals("null")) {
            types.add(PropertyType.NULL.word());
            values.add(0L);
        }
        conditions.add(new Condition.In(PropertyTable.PROPERTY_TYPE, types));
        conditions.add(new Condition.In(PropertyTable.VALUE, values));
    }

    private static void addBetween(List<Condition> conditions, PropertyFilter.Between between) {
        conditions.add(new Condition.In(
                PropertyTable.PROPERTY_TYPE, List.of(PropertyType.INTEGER.word(), PropertyType.NUMBER.word())));
        Object min = between.min() == null ? null : PropertyValue.number(between.min());
        Object max = between.max() == null ? null : PropertyValue.number(between.max());
        if (min != null) {
            conditions.add(new Condition.Above(PropertyTable.VALUE, min, true));
        }
        if (max != null) {
            conditions.add(new Condition.Below(PropertyTable.VALUE, max, true));
        }
    }

    private static void addWithin(List<Condition> conditions, PropertyFilter.Within within) {
        conditions.add(new Condition.In(PropertyTable.PROPERTY_TYPE, List.of(PropertyType.TIME.word())));
        if (within.after() != null) {
            conditions.add(new Condition.Above(PropertyTable.VALUE, Micros.floor(within.after()), false));
        }
        if (within.before() != null) {
            conditions.add(new Condition.Below(PropertyTable.VALUE, Micros.ceiling(within.before())));
        }
    }
}
