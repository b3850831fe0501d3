package dev.cairn.lease;

import dev.cairn.Fence;
import dev.cairn.Receipt;
import java.time.Instant;

/**
 * A lease that was granted.
 *
 * @param lease its name
 * @param holder who has it
 * @param token what proves it: the offset of the grant
 * @param expiresAt when it ends unless renewed, by the clock of this process; held against a monotonic clock
 * @param receipt of the grant
 */
public record Grant(String lease, String holder, long token, Instant expiresAt, Receipt receipt) {
    /** What a write presents as proof. */
    public Fence fence() {
        return new Fence(lease, token);
    }
}
