package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Names;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one property of an entity must be. Numbers are compared by value, whether they are integers or not: {@code 5} equals
 * {@code 5.0}. Times are compared to the microsecond, whatever their zones.
 */
public sealed interface PropertyFilter {
    /** The property's name. */
    String name();

    /**
     * The property is {@code value}: the text, and also the number, boolean, time or null that is written so.
     *
     * @param value at most 1,024 bytes of UTF-8
     */
    record Equal(String name, String value) implements PropertyFilter {
        public Equal {
            Names.check(name, "property");
            if (!PropertyValue.isSearchable(value)) {
                throw new InvalidRequestException(
                        "expected a value of at most " + PropertyValue.TEXT_BYTES_MAX + " bytes, was longer",
                        "property." + name);
            }
        }
    }

    /**
     * The property is a number within the bounds, which belong to it.
     *
     * @param min smallest, as JSON; null for no bound
     * @param max largest, as JSON; null for no bound
     */
    record Between(
            String name, @Nullable String min, @Nullable String max) implements PropertyFilter {
        public Between {
            Names.check(name, "property");
            checkNumber(min, "propertyMin." + name);
            checkNumber(max, "propertyMax." + name);
        }

        private static void checkNumber(@Nullable String text, String where) {
            if (text != null && PropertyValue.number(text) == null) {
                throw new InvalidRequestException(
                        "expected a number, was " + (text.length() > 64 ? "another text" : text), where);
            }
        }
    }

    /**
     * The property is a time between the bounds, which do not belong to it.
     *
     * @param after null for no bound
     * @param before null for no bound
     */
    record Within(
            String name, @Nullable Instant after, @Nullable Instant before) implements PropertyFilter {
        public Within {
            Names.check(name, "property");
        }
    }
}
