package dev.cairn.task;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.StaleTokenException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.lease.LeaseRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Agents that claim and finish, fail, give back, spoil and forget tasks; in a process of its own, until that is killed.
 *
 * <p>Threading: any thread.
 */
public final class ClaimsAtWork {
    static final int TASKS = 150;
    static final int AGENTS = 6;
    private static final Duration LEASE = Duration.ofMillis(300);
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);

    private final Cairn cairn;

    ClaimsAtWork(Cairn cairn) {
        this.cairn = cairn;
    }

    /** @param args directory and seed */
    public static void main(String[] args) {
        Cairn cairn =
                Cairn.open(Path.of(args[0]), TestDirectories.smallSegments().build());
        ClaimsAtWork work = new ClaimsAtWork(cairn);
        System.out.println("working");
        work.create();
        work.run(Long.parseLong(args[1]), () -> false);
    }

    /** Whatever is not there yet. */
    private void create() {
        for (int i = 0; i < TASKS; i++) {
            NewTask task = NewTask.of("t" + i).priority(i % 3);
            if (cairn.tasks().get(task.id()).isEmpty()) {
                cairn.tasks().create(task, ACCEPTED);
            }
        }
    }

    /** Lets all agents work until it is over. */
    void run(long seed, BooleanSupplier isOver) {
        List<CompletableFuture<?>> agents = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            String name = "agent-" + i;
            Random random = new Random(seed + i);
            agents.add(CompletableFuture.runAsync(
                    () -> {
                        while (!isOver.getAsBoolean()) {
                            work(name, random);
                        }
                    },
                    thread -> new Thread(thread, name).start()));
        }
        agents.forEach(CompletableFuture::join);
    }

    private void work(String name, Random random) {
        ClaimRequest request = ClaimRequest.of(name, LEASE).withWaitMax(Duration.ofMillis(20));
        Optional<Claim> claimed =
                cairn.tasks().claim(request, random.nextInt(4) == 0 ? WriteOptions.defaults() : ACCEPTED);
        if (claimed.isEmpty()) {
            tryAgainWhatFailed(random);
            return;
        }
        try {
            finish(claimed.get(), random);
        } catch (StaleTokenException e) {
            // The lease expired while this thread had no processor: somebody else goes on.
        }
    }

    private void finish(Claim claim, Random random) {
        String id = claim.task().id();
        long token = claim.lease().token();
        WriteOptions fenced = ACCEPTED.withFence(claim.lease().fence());
        cairn.tasks()
                .patch(
                        id,
                        TaskPatch.empty().metadata("{\"by\":\"" + claim.task().owner() + "\"}"),
                        fenced);
        switch (random.nextInt(12)) {
            case 0 -> cairn.leases().release("task:" + id, token, LeaseRelease.RELEASE, ACCEPTED);
            case 1, 2 -> cairn.leases().release("task:" + id, token, LeaseRelease.FAIL, ACCEPTED);
            case 3 -> cairn.leases().release("task:" + id, token, LeaseRelease.POISON, ACCEPTED);
            case 4 -> {
                // It forgets the task.
            }
            default -> {
                if (random.nextInt(3) == 0) {
                    pause(random);
                }
                cairn.tasks().transition(id, "completed", fenced);
            }
        }
    }

    private static void pause(Random random) {
        try {
            Thread.sleep(random.nextInt(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void tryAgainWhatFailed(Random random) {
        String id = "t" + random.nextInt(TASKS);
        if (cairn.tasks().get(id).filter(task -> task.status().equals("failed")).isPresent()) {
            try {
                cairn.tasks().transition(id, "pending", ACCEPTED);
            } catch (CairnException e) {
                // Somebody was faster.
            }
        }
    }
}
