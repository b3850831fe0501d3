/**
 * Leases: exclusive ownership for a time, given first come, first served, and proved at commit by a token that only grows.
 *
 * <p>What may enter: commands, events and state of leases, the timer that lets them expire, and their client.
 */
@NullMarked
package dev.cairn.lease;

import org.jspecify.annotations.NullMarked;
