package dev.cairn;

import dev.cairn.internal.kind.Names;

/**
 * Proof of holding a lease that a write presents; checked at commit, on every kind of write.
 *
 * @param lease name of the lease, as {@code task:build-42}, 1–544 bytes of UTF-8
 * @param token the offset of the grant; {@link #ANY_TOKEN} takes the lease away from whoever holds it, and is good only for
 *     writes to what that lease guards
 */
public record Fence(String lease, long token) {
    /** Stands for whichever token is current. */
    public static final long ANY_TOKEN = -1;

    /** The longest name of a lease, in bytes of UTF-8: that of any task has room in it. */
    public static final int LEASE_BYTES_MAX = Names.BYTES_MAX + 32;

    /** @throws InvalidRequestException when {@code lease} is no name or {@code token} no offset */
    public Fence {
        Names.check(lease, LEASE_BYTES_MAX, "fence");
        if (token < ANY_TOKEN) {
            throw new InvalidRequestException("expected a token from 0, was " + token, "fence");
        }
    }

    /** Takes the lease away from whoever holds it, with a write to what it guards. */
    public static Fence revoking(String lease) {
        return new Fence(lease, ANY_TOKEN);
    }
}
