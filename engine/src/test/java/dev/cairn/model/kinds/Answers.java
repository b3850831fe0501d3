package dev.cairn.model.kinds;

import dev.cairn.BatchRefusedException;
import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.GoneException;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.InvalidTransitionException;
import dev.cairn.NotFoundException;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.TooLargeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What became of a wish, in words that engine and model have in common.
 *
 * <p>Threading: stateless.
 */
final class Answers {
    private Answers() {}

    static String done(int epoch, long offset, long version, boolean replayed) {
        return (replayed ? "replayed " : "done ") + epoch + " " + offset + " " + version;
    }

    static String of(Receipt receipt) {
        return done(receipt.epoch(), receipt.offset(), receipt.version(), receipt.replayed());
    }

    static String refused(String code, @Nullable Object... fields) {
        return "refused " + code + " " + Arrays.asList(fields);
    }

    static String of(CairnException e) {
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
        } else if (e instanceof GoneException gone) {
            return refused(e.code(), gone.resumeFrom());
        } else if (e instanceof BatchRefusedException batch) {
            return refused("batch", batch.index(), of(batch.refusal()));
        }
        return refused(e.code());
    }
}
