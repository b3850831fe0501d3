package dev.cairn.harness;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.lease.Lease;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import dev.cairn.task.Workflow;
import java.time.Duration;
import java.util.Random;

/**
 * Writes of every sort, by chance: tasks small and large, changed, deleted and made again, topics, operations, batches, the
 * workflow, leases that outlast the test, and whatever else there are kinds of. What the workflow refuses is refused; what is written is in the log.
 *
 * <p>Threading: one thread.
 */
public final class SampleWrites {
    /** Tasks and keys that are written to. */
    public static final int NAMES = 12;

    private static final int LARGE_CHARACTERS_MAX = 6_000;
    private static final int LEASES = 3;
    private static final Duration LONG = Duration.ofHours(1);

    private final Random random;
    private final SampleKinds kinds;
    private int written;

    public SampleWrites(Random random) {
        this.random = random;
        this.kinds = new SampleKinds(random);
    }

    /** Makes {@code count} writes that are acknowledged when accepted. */
    public void write(Cairn cairn, int count) {
        for (int i = 0; i < count; i++) {
            try {
                write(cairn);
            } catch (CairnException refused) {
                cairn.log().append(NewRecord.of("refusals", "r", "\"" + refused.code() + "\""), options());
            }
            written++;
        }
    }

    private void write(Cairn cairn) {
        String id = name(random.nextInt(NAMES));
        switch (random.nextInt(19)) {
            case 0, 1 -> cairn.tasks().upsert(id, patch(40), options());
            case 2 -> cairn.tasks().upsert(id, patch(LARGE_CHARACTERS_MAX), options());
            case 3, 4 -> cairn.tasks().transition(id, "running", options());
            case 5 -> cairn.tasks().transition(id, "completed", options());
            case 6 -> cairn.tasks().delete(id, options());
            case 7 -> cairn.log().append(NewRecord.of("notes", id, json(200)), options());
            case 8 -> cairn.log().append(NewRecord.of("notes", id, json(LARGE_CHARACTERS_MAX)), options());
            case 9 ->
                cairn.tasks()
                        .create(NewTask.of(id).metadata(json(20)), options().withOperation("op-" + written));
            case 10 -> batch(cairn);
            case 11, 12 -> lease(cairn, "lease-" + random.nextInt(LEASES));
            case 13, 14, 15, 16, 17 -> kinds.write(cairn, id, json(120), options());
            default -> cairn.tasks().workflow(random.nextBoolean() ? Workflow.openWorkflow() : Workflow.standard());
        }
    }

    private void lease(Cairn cairn, String name) {
        Lease now = cairn.leases().get(name).orElse(null);
        String holder = "holder-" + written;
        if (now == null || now.token() == null) {
            cairn.leases().acquire(name, holder, LONG, Duration.ZERO, options());
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> cairn.leases().renew(name, now.token(), LONG, json(LARGE_CHARACTERS_MAX), options());
            case 1 -> {
                cairn.leases().release(name, now.token(), LeaseRelease.FAIL, options());
                Lease next = cairn.leases().get(name).orElseThrow();
                if (next.holder() != null) {
                    request(cairn, name, next.holder()); // it collects: nothing is to expire by itself
                }
            }
            case 2 ->
                cairn.log()
                        .append(
                                NewRecord.of("notes", name, json(20)),
                                options().withFence(new Fence(name, now.token())));
            default -> request(cairn, name, holder);
        }
    }

    private void request(Cairn cairn, String name, String holder) {
        cairn.leases()
                .request(name, holder, LONG, LONG, options().withOperation("op-" + holder))
                .await(Duration.ZERO);
    }

    private void batch(Cairn cairn) {
        Batch batch = cairn.batch();
        for (int i = random.nextInt(20); i >= 0; i--) {
            String id = name(random.nextInt(NAMES));
            if (random.nextBoolean()) {
                batch.add(TaskWrites.upsert(id, patch(random.nextInt(1_000))));
            } else {
                batch.add(LogWrites.append(NewRecord.of("notes", id, json(random.nextInt(1_000)))));
            }
        }
        batch.commitAtomic(Ack.ACCEPTED);
    }

    /** The {@code index}-th name of a task or key. */
    public static String name(int index) {
        return "name-" + index;
    }

    private WriteOptions options() {
        return WriteOptions.defaults().withAck(Ack.ACCEPTED).withActor(random.nextInt(3) == 0 ? "someone" : null);
    }

    private TaskPatch patch(int characters) {
        return TaskPatch.empty().priority(random.nextInt(9)).metadata(json(characters));
    }

    /** A JSON object that no other write has. */
    private String json(int characters) {
        StringBuilder text = new StringBuilder("{\"n\":" + written + ",\"text\":\"");
        int length = characters / 2 + random.nextInt(characters / 2 + 1);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.append("\"}").toString();
    }
}
