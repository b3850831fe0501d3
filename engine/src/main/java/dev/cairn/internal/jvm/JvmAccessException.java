package dev.cairn.internal.jvm;

import org.jspecify.annotations.Nullable;

/**
 * This virtual machine cannot run Cairn as it was started; the message ends with what to change.
 *
 * <p>Threading: immutable.
 */
public final class JvmAccessException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    JvmAccessException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem + "; " + remedy, cause);
        this.remedy = remedy;
    }

    /** One sentence for the person who starts the program. */
    public String remedy() {
        return remedy;
    }
}
