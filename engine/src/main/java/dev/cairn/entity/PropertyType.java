package dev.cairn.entity;

import java.util.Locale;

/** What a property holds, as its JSON value says. */
public enum PropertyType {
    /** A string that is no time. */
    TEXT,
    /** A number without fraction and exponent that 64 bits hold. */
    INTEGER,
    /** Any other number; compared as a double. */
    NUMBER,
    BOOLEAN,
    /** A string that is a date and time with a zone as RFC 3339 has it; compared to the microsecond. */
    TIME,
    /** An object or an array; cannot be searched. */
    JSON,
    /** Null. */
    NULL;

    /** In lower case, as the API shows it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
