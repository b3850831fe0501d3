package dev.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.ForbiddenException;
import dev.cairn.InvalidRequestException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.lease.Grant;
import dev.cairn.log.NewRecord;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.NewTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to an engine and to the model alike, and whether both come to the same.
 *
 * <p>Threading: one thread; all chance comes from one {@link Random}.
 */
final class ModelWrites {
    private static final String LARGE = "x".repeat(50);

    private final PlainModel model;
    private final RandomWishes wishes;
    private final Random random;
    private final LastSteps steps;
    private final List<Pending> pending = new ArrayList<>();

    /** An asynchronous write, and what it must come to. */
    private record Pending(CompletableFuture<?> future, List<Answer> expected, List<Boolean> isCheck) {}

    ModelWrites(PlainModel model, RandomWishes wishes, Random random, LastSteps steps) {
        this.model = model;
        this.wishes = wishes;
        this.random = random;
        this.steps = steps;
    }

    void single(Cairn cairn, int number) {
        Wish.Item item = wishes.single();
        boolean async = wishes.oneIn(5);
        steps.told(number, () -> (async ? "async " : "") + text(item));
        Answer expected = model.single(item);
        if (async) {
            pending.add(new Pending(async(cairn, item), List.of(expected), List.of(false)));
            return;
        }
        Ack ack = wishes.oneIn(30) ? Ack.DURABLE : wishes.oneIn(2) ? Ack.ACCEPTED : null;
        Answer answer;
        try {
            Receipt receipt =
                    write(cairn, new Wish.Item(item.wish(), item.options().withAck(ack)));
            checkAck(receipt, ack);
            answer = Answer.of(receipt, false);
        } catch (CairnException e) {
            answer = Answer.of(e);
        }
        assertThat(answer).as(() -> text(item)).isEqualTo(expected);
    }

    /** A wish about leases and claims. */
    void claim(Cairn cairn, int number) {
        Wish.Item item = wishes.claim();
        steps.told(number, () -> text(item));
        Answer expected = model.single(item);
        Ack ack = wishes.oneIn(20) ? Ack.DURABLE : Ack.ACCEPTED;
        Answer answer;
        try {
            Optional<Receipt> receipt = lease(cairn, item.wish(), item.options().withAck(ack));
            receipt.ifPresent(found -> checkAck(found, ack));
            answer = receipt.<Answer>map(found -> Answer.of(found, false)).orElseGet(() -> Answer.refused("nothing"));
        } catch (CairnException e) {
            answer = Answer.of(e);
        }
        assertThat(answer).as(() -> text(item)).isEqualTo(expected);
    }

    private Optional<Receipt> lease(Cairn cairn, Wish wish, WriteOptions how) {
        if (wish instanceof Wish.Acquire acquire) {
            Grant grant = cairn.leases().acquire(acquire.key(), acquire.holder(), Wish.TTL, Duration.ZERO, how);
            assertThat(grant.token()).isEqualTo(grant.receipt().offset());
            return Optional.of(grant.receipt());
        } else if (wish instanceof Wish.Release release) {
            return Optional.of(cairn.leases().release(release.key(), release.token(), release.mode(), how));
        }
        Wish.Claim claim = (Wish.Claim) wish;
        ClaimRequest request = ClaimRequest.of(claim.agent(), Wish.TTL)
                .withQueue(claim.queue())
                .withStatus(claim.status());
        return cairn.tasks().claim(request, how).map(taken -> {
            long offset = taken.receipt().offset();
            assertThat(taken.task()).isEqualTo(model.taskAsOf(taken.task().id(), offset));
            assertThat(taken.lease().token()).isEqualTo(offset + 1);
            return taken.receipt();
        });
    }

    private Receipt write(Cairn cairn, Wish.Item item) {
        Wish wish = item.wish();
        if (wish instanceof Wish.Create create) {
            return cairn.tasks().create(create.task(), item.options());
        } else if (wish instanceof Wish.Patch patch) {
            return cairn.tasks().patch(patch.key(), patch.patch(), item.options());
        } else if (wish instanceof Wish.Upsert upsert) {
            return cairn.tasks().upsert(upsert.key(), upsert.patch(), item.options());
        } else if (wish instanceof Wish.Delete delete) {
            return cairn.tasks().delete(delete.key(), item.options());
        }
        return cairn.log().append(((Wish.Append) wish).record(), item.options());
    }

    private CompletableFuture<Receipt> async(Cairn cairn, Wish.Item item) {
        Wish wish = item.wish();
        if (wish instanceof Wish.Create create) {
            return cairn.tasks().createAsync(create.task(), item.options());
        } else if (wish instanceof Wish.Patch patch) {
            return cairn.tasks().patchAsync(patch.key(), patch.patch(), item.options());
        } else if (wish instanceof Wish.Upsert upsert) {
            return cairn.tasks().upsertAsync(upsert.key(), upsert.patch(), item.options());
        } else if (wish instanceof Wish.Delete delete) {
            return cairn.tasks().deleteAsync(delete.key(), item.options());
        }
        return cairn.log().appendAsync(((Wish.Append) wish).record(), item.options());
    }

    private static void checkAck(Receipt receipt, @Nullable Ack wanted) {
        assertThat(receipt.revision()).as("%s", receipt).isEqualTo(receipt.offset());
        if (wanted == Ack.DURABLE) {
            assertThat(receipt.ack()).as("%s", receipt).isEqualTo(Ack.DURABLE);
        }
        if (receipt.ack() == Ack.DURABLE) {
            assertThat(receipt.durableOffset()).as("%s", receipt).isGreaterThanOrEqualTo(receipt.offset());
        }
    }

    void batch(Cairn cairn, int number) {
        List<Wish.Item> items = wishes.batch();
        int form = random.nextInt(5);
        steps.told(
                number,
                () -> (form < 2 ? "atomic " : form < 4 ? "each " : "each async ")
                        + items.stream().map(ModelWrites::text).toList());
        Batch batch = cairn.batch();
        items.forEach(item -> batch.add(item.wish().write(), item.options()));
        List<Boolean> isCheck = items.stream().map(ModelWrites::isCheck).toList();
        if (form < 2) {
            List<Answer> expected = model.atomic(items);
            List<Answer> answers;
            try {
                answers = answers(batch.commitAtomic(wishes.oneIn(20) ? Ack.DURABLE : null), isCheck);
            } catch (CairnException e) {
                answers = List.of(Answer.of(e));
            }
            assertThat(answers).as("last step").isEqualTo(expected);
        } else if (form < 4) {
            List<Answer> expected = model.each(items);
            List<Answer> answers = outcomes(batch.commit(wishes.oneIn(20) ? Ack.DURABLE : null), isCheck);
            assertThat(answers).as("last step").isEqualTo(expected);
        } else {
            pending.add(new Pending(batch.commitAsync(), model.each(items), isCheck));
        }
    }

    private static boolean isCheck(Wish.Item item) {
        return item.wish() instanceof Wish.CheckTask || item.wish() instanceof Wish.CheckTopic;
    }

    private static List<Answer> answers(List<Receipt> receipts, List<Boolean> isCheck) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < receipts.size(); i++) {
            answers.add(Answer.of(receipts.get(i), isCheck.get(i)));
        }
        return answers;
    }

    private static List<Answer> outcomes(List<Batch.Outcome> outcomes, List<Boolean> isCheck) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            Receipt receipt = outcomes.get(i).receipt();
            answers.add(
                    receipt == null
                            ? Answer.of(Objects.requireNonNull(outcomes.get(i).refusal()))
                            : Answer.of(receipt, isCheck.get(i)));
        }
        return answers;
    }

    /** Waits for the asynchronous writes and compares what they came to. */
    void join() {
        for (Pending write : pending) {
            List<Answer> answers;
            try {
                answers = finished(write);
            } catch (ExecutionException e) {
                answers = List.of(Answer.of((CairnException) e.getCause()));
            } catch (Exception e) {
                throw new AssertionError("expected " + write.expected() + ", was " + e, e);
            }
            assertThat(answers).isEqualTo(write.expected());
        }
        pending.clear();
    }

    private static List<Answer> finished(Pending write) throws Exception {
        Object result = write.future().get(ModelRun.WAIT.toSeconds(), TimeUnit.SECONDS);
        if (result instanceof Receipt receipt) {
            checkAck(receipt, Ack.DURABLE);
            return List.of(Answer.of(receipt, false));
        }
        List<Batch.Outcome> batch =
                ((List<?>) result).stream().map(Batch.Outcome.class::cast).toList();
        return outcomes(batch, write.isCheck());
    }

    /** What is not well formed is refused before anything else, and changes nothing. */
    void malformed(Cairn cairn, int number) {
        steps.told(number, () -> "malformed");
        long end = cairn.watermarks().endOffset();
        assertRefused(InvalidRequestException.class, () -> cairn.tasks().create(NewTask.of("count")));
        assertRefused(
                InvalidRequestException.class,
                () -> cairn.tasks().create(NewTask.of("a").metadata("[1]")));
        assertRefused(InvalidRequestException.class, () -> cairn.tasks().transition("a", "\u0007"));
        assertRefused(InvalidRequestException.class, () -> cairn.log().append(NewRecord.of("x", "", "{}")));
        assertRefused(InvalidRequestException.class, () -> cairn.log().append(NewRecord.of("x", "y", "{")));
        assertRefused(ForbiddenException.class, () -> cairn.log().append(NewRecord.of("task", "y", "{}")));
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    static void assertRefused(Class<? extends CairnException> type, Runnable call) {
        try {
            call.run();
        } catch (CairnException e) {
            assertThat(e).isInstanceOf(type);
            return;
        }
        throw new AssertionError("expected " + type.getSimpleName() + ", was nothing");
    }

    /** Without what is not said: null, none, 0, default. */
    private static String text(Wish.Item item) {
        return item.toString()
                .replace(LARGE, "")
                .replaceAll("[a-zA-Z]+=(null|false|\\[]|any|0), ", "")
                .replaceAll("(, )?[a-zA-Z]+=(null|false|\\[])(?=])", "");
    }
}
