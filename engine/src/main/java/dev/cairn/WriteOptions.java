package dev.cairn;

import dev.cairn.internal.kind.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a write is to be made. Immutable: each {@code with…} method returns a changed copy.
 *
 * @param expect what the writer believes about the entity
 * @param ack when the write is acknowledged; null takes the engine's default
 * @param operation the id under which the outcome can be asked for and a repeat is recognised, 1–512 bytes of UTF-8; null for
 *     none
 * @param item place among the items of the operation, from 0
 * @param commandHash what {@code operation} stands for; 0 lets the engine hash the command itself
 * @param actor who acts, 1–512 bytes of UTF-8; null leaves it to the kind
 * @param occurredAt the caller's own time for the change; null for none
 * @param fences leases that must be held for the write to count
 */
public record WriteOptions(
        Expect expect,
        @Nullable Ack ack,
        @Nullable String operation,
        int item,
        long commandHash,
        @Nullable String actor,
        @Nullable Instant occurredAt,
        List<Fence> fences) {
    /** A write presents at most so many leases. */
    public static final int FENCES_MAX = 16;

    private static final WriteOptions DEFAULTS =
            new WriteOptions(Expect.any(), null, null, 0, 0, null, null, List.of());

    /** @throws InvalidRequestException when {@code operation} or {@code actor} is no name, or there are too many fences */
    public WriteOptions {
        if (operation != null) {
            Names.check(operation, "operation");
        }
        if (actor != null) {
            Names.check(actor, "actor");
        }
        fences = List.copyOf(fences);
        if (fences.size() > FENCES_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + FENCES_MAX + " fences, was " + fences.size(), "fence");
        }
    }

    /** No expectation, the engine's default ack, no operation id. */
    public static WriteOptions defaults() {
        return DEFAULTS;
    }

    public WriteOptions withExpect(Expect value) {
        return new WriteOptions(value, ack, operation, item, commandHash, actor, occurredAt, fences);
    }

    public WriteOptions withAck(@Nullable Ack value) {
        return new WriteOptions(expect, value, operation, item, commandHash, actor, occurredAt, fences);
    }

    public WriteOptions withOperation(@Nullable String id) {
        return withOperation(id, 0, 0);
    }

    /** An operation of several items, or one whose identity the caller defines by {@code hash} (not 0). */
    public WriteOptions withOperation(@Nullable String id, int itemNumber, long hash) {
        return new WriteOptions(expect, ack, id, itemNumber, hash, actor, occurredAt, fences);
    }

    public WriteOptions withActor(@Nullable String value) {
        return new WriteOptions(expect, ack, operation, item, commandHash, value, occurredAt, fences);
    }

    public WriteOptions withOccurredAt(@Nullable Instant value) {
        return new WriteOptions(expect, ack, operation, item, commandHash, actor, value, fences);
    }

    public WriteOptions withFence(Fence fence) {
        List<Fence> more = new ArrayList<>(fences);
        more.add(fence);
        return new WriteOptions(expect, ack, operation, item, commandHash, actor, occurredAt, more);
    }
}
