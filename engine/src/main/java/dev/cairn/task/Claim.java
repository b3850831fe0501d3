package dev.cairn.task;

import dev.cairn.Receipt;
import dev.cairn.lease.Grant;

/**
 * A task that was claimed.
 *
 * @param task as the claim left it
 * @param lease what proves the claim; writes to the task present {@link Grant#fence}
 * @param receipt of the record on the task; that of the grant is the next
 */
public record Claim(Task task, Grant lease, Receipt receipt) {}
