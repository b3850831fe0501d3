package dev.cairn.internal.commit;

import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.BoundCommand;

/**
 * One item of a batch.
 *
 * @param command what to do
 * @param options how; the ack is the batch's
 */
public record BatchItem(BoundCommand command, WriteOptions options) {}
