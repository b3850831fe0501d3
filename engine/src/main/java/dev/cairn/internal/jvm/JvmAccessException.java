package dev.cairn.internal.jvm;

import dev.cairn.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * This virtual machine cannot run Cairn as it was started; the message ends with what to change.
 *
 * <p>Threading: immutable.
 */
public final class JvmAccessException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    JvmAccessException(String problem, String remedy, @Nullable Throwable cause) {
        super("unsupported_jvm", problem + "; " + remedy);
        this.remedy = remedy;
        if (cause != null) {
            initCause(cause);
        }
    }

    /** One sentence for the person who starts the program. */
    public String remedy() {
        return remedy;
    }
}
