package dev.cairn;

import org.jspecify.annotations.Nullable;

/**
 * What the writer believes about the entity it changes; a write whose expectation is not met is refused with {@link
 * ConflictException} and changes nothing.
 *
 * @param condition how {@code number} is meant
 * @param number a version or a revision, 0 otherwise
 */
public record Expect(Condition condition, long number) {
    /** The kinds of expectation. */
    public enum Condition {
        /** Nothing is expected. */
        ANY,
        /** The entity does not exist. */
        NONE,
        /** The entity exists. */
        EXISTS,
        /** The entity exists and has this version. */
        VERSION,
        /** The entity exists and has this revision. */
        REVISION
    }

    private static final Expect ANY_EXPECTATION = new Expect(Condition.ANY, 0);
    private static final Expect NONE_EXPECTATION = new Expect(Condition.NONE, 0);
    private static final Expect EXISTS_EXPECTATION = new Expect(Condition.EXISTS, 0);

    public static Expect any() {
        return ANY_EXPECTATION;
    }

    public static Expect none() {
        return NONE_EXPECTATION;
    }

    public static Expect exists() {
        return EXISTS_EXPECTATION;
    }

    /** @param version from 1 */
    public static Expect version(long version) {
        return new Expect(Condition.VERSION, version);
    }

    /** @param revision an offset, from 0 */
    public static Expect revision(long revision) {
        return new Expect(Condition.REVISION, revision);
    }

    /**
     * Reads the form that requests use: a version number, {@code none}, {@code exists} or {@code any}.
     *
     * @throws InvalidRequestException when it is none of these
     */
    public static Expect parse(String text, @Nullable String where) {
        switch (text) {
            case "any":
                return any();
            case "none":
                return none();
            case "exists":
                return exists();
            default:
                try {
                    return version(Long.parseLong(text));
                } catch (NumberFormatException e) {
                    throw new InvalidRequestException("expected a version, none, exists or any, was " + text, where);
                }
        }
    }

    @Override
    public String toString() {
        String word = condition.name().toLowerCase(java.util.Locale.ROOT);
        return condition == Condition.VERSION || condition == Condition.REVISION ? word + " " + number : word;
    }
}
