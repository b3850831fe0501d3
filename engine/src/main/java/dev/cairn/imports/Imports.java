package dev.cairn.imports;

/**
 * The progress of imports. A batch advances it with {@code ImportWrites.advance}.
 *
 * <p>Threading: any thread.
 */
public interface Imports {
    /**
     * The number of rows of {@code source} that have been taken in; 0 for a source never seen.
     *
     * @param source what identifies the input and how it is read, as a hash of both
     */
    long rows(String source);
}
