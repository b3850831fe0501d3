package dev.cairn;

/**
 * Proof of holding a lease that a write presents; checked at commit.
 *
 * @param lease name of the lease, as {@code task:build-42}
 * @param token the offset of the grant
 */
public record Fence(String lease, long token) {}
