package dev.cairn.tools;

/**
 * Which field of a row means what. A field is the name of a member of the row, or a JSON pointer into it.
 *
 * <p>Threading: one thread, because rows are read into one place.
 */
interface RowMapping {
    /** Says the mapping in a few lines: equal ones read a row in the same way. */
    String signature();

    /** What the first {@code length} bytes of {@code line} mean. */
    ImportRow map(byte[] line, int length) throws BadRowException;
}
