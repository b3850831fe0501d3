package dev.cairn.model;

import dev.cairn.BatchRefusedException;
import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.NotFoundException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.TooLargeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a wish, in a form in which engine and model can be compared.
 *
 * <p>Threading: immutable.
 */
sealed interface Answer {
    /** It was done; {@code replayed} says that it had been done before. */
    record Done(int epoch, long offset, long version, boolean replayed) implements Answer {}

    /** Nothing was to be written: an expectation that was met. */
    record Met(long version) implements Answer {}

    /** It was refused: a code and the fields that go with it. */
    record Refused(String code, List<@Nullable Object> fields) implements Answer {}

    static Refused refused(String code, @Nullable Object... fields) {
        return new Refused(code, new ArrayList<>(Arrays.asList(fields)));
    }

    /** What a receipt says; {@code check} when it is that of a wish which writes nothing. */
    static Answer of(Receipt receipt, boolean check) {
        return check
                ? new Met(receipt.version())
                : new Done(receipt.epoch(), receipt.offset(), receipt.version(), receipt.replayed());
    }

    /** What an exception says, with the fields of its type. */
    static Refused of(CairnException e) {
        if (e instanceof ConflictException conflict) {
            return refused(e.code(), conflict.expected(), conflict.actual(), conflict.revision());
        } else if (e instanceof InvalidTransitionException transition) {
            return refused(e.code(), transition.from(), transition.to(), transition.allowed());
        } else if (e instanceof InvalidRequestException invalid) {
            return refused(e.code(), invalid.where());
        } else if (e instanceof NotFoundException missing) {
            return refused(e.code(), missing.topic(), missing.key());
        } else if (e instanceof OperationMismatchException mismatch) {
            return refused(e.code(), mismatch.operation(), mismatch.offset());
        } else if (e instanceof TooLargeException large) {
            return refused(e.code(), large.what(), large.limit(), large.actual());
        } else if (e instanceof StaleTokenException stale) {
            return refused(e.code(), stale.lease(), stale.token(), stale.current());
        } else if (e instanceof HeldException held) {
            return refused(e.code(), held.name(), held.holder(), held.position());
        } else if (e instanceof BatchRefusedException batch) {
            return refused("batch", batch.index(), of(batch.refusal()));
        }
        return refused(e.code());
    }
}
