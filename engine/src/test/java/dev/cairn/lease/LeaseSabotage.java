package dev.cairn.lease;

import dev.cairn.internal.kind.Entity;
import java.util.List;
import net.bytebuddy.asm.Advice;

/**
 * What the deliberate bugs of leases do; here, because the code that is changed is of this package. See {@code dev.cairn.bugs}.
 *
 * <p>Threading: that of whatever is changed.
 */
public final class LeaseSabotage {
    /** Where a body has its token, and the offset with which its time began. */
    private static final int TOKEN_AT = Entity.HEADER_BYTES + 1;

    private static final int TERM_AT = TOKEN_AT + 3 * Long.BYTES;

    private LeaseSabotage() {}

    /** Who came last is served first. */
    public static final class LastOfTheQueue {
        private LastOfTheQueue() {}

        @Advice.OnMethodExit
        static void change(@Advice.Argument(0) Entity lease, @Advice.Return(readOnly = false) LeaseBody.Place place) {
            List<LeaseBody.Place> queue = LeaseBody.queue(lease);
            place = queue.get(queue.size() - 1);
        }
    }

    /** Every grant has the token of the first. */
    public static final class TokenOfTheFirst {
        private TokenOfTheFirst() {}

        @Advice.OnMethodExit
        static void change(@Advice.Argument(2) Entity after) {
            after.value().setLong(TOKEN_AT, 0);
        }
    }

    /** A renewal goes on with the time that the grant began. */
    public static final class TermOfTheGrant {
        private TermOfTheGrant() {}

        @Advice.OnMethodExit
        static void change(@Advice.Argument(2) Entity after) {
            after.value().setLong(TERM_AT, LeaseBody.token(after));
        }
    }

    /** The holder that is known holds it, whatever a record says. */
    public static final class WhicheverHolder {
        private WhicheverHolder() {}

        @Advice.OnMethodEnter
        static void change(
                @Advice.Argument(0) Entity before, @Advice.Argument(value = 1, readOnly = false) long token) {
            token = LeaseBody.token(before);
        }
    }
}
