package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.StaleTokenException;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.Consumer;
import dev.cairn.consumer.ConsumerRecords;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.decision.NewDecision;
import dev.cairn.harness.SampleWrites;
import dev.cairn.harness.Trials;
import dev.cairn.lease.LeasePlace;
import dev.cairn.log.From;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.session.NewMessage;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No false alarm: directories in which nothing is wrong, however they were used and however they were left. */
class SoundDirectoriesTest {
    private static final List<String> STATUSES = List.of("pending", "running", "blocked", "completed", "failed", "x");

    private static final WriteOptions DEFAULTS = WriteOptions.defaults();

    @TempDir
    Path dir;

    @Test
    void shouldFindNothingWrongWhereNothingIs() {
        int[] number = {0};
        Trials.of("sound directories", 12).run(random -> {
            Path root = dir.resolve("data-" + number[0]++);
            int openings = 1 + random.nextInt(3);
            for (int i = 0; i < openings; i++) {
                root = use(root, random);
                verify(root);
            }
        });
    }

    /** Opens, writes, verifies beside the writer, and closes or leaves what a killed process leaves; returns which directory. */
    private Path use(Path root, Random random) {
        Path killed = root.resolveSibling(root.getFileName() + "k");
        boolean kill = random.nextInt(3) == 0;
        try (Cairn cairn = Cairn.open(root, options(random))) {
            int writes = random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(120);
            for (int i = 0; i < writes; i++) {
                write(cairn, random);
            }
            if (random.nextInt(4) == 0) {
                verify(root);
            }
            if (kill) {
                TestDirectories.copyAsIfKilled(root, killed);
            }
        }
        return kill ? killed : root;
    }

    private static CairnOptions options(Random random) {
        return TestDirectories.smallSegments()
                .segmentRecordsMax(5 + random.nextInt(100))
                .projection(random.nextInt(4) > 0)
                .imageInterval(2 + random.nextInt(8))
                .inlineBytesMax(100 + random.nextInt(1_000))
                .ack(random.nextInt(3) == 0 ? Ack.DURABLE : Ack.ACCEPTED)
                .build();
    }

    private static void write(Cairn cairn, Random random) {
        String id = "t" + random.nextInt(20);
        boolean there = cairn.tasks().get(id).isPresent();
        int what = random.nextInt(20);
        if (what == 0) {
            cairn.tasks().workflow(random.nextBoolean() ? Workflow.openWorkflow() : Workflow.standard());
        } else if (what == 1 && there) {
            cairn.tasks().delete(id);
        } else if (what == 2) {
            moveAGroup(cairn, random);
        } else if (what < 6) {
            append(cairn, random);
        } else if (what == 6) {
            String decision = "d" + cairn.watermarks().endOffset();
            cairn.decisions().append(NewDecision.of(decision, "a", "T", "x".repeat(1 + random.nextInt(2_000))));
        } else if (what == 7) {
            talk(cairn, random);
        } else if (what == 10) {
            new SampleWrites(random).write(cairn, 3); // of whatever kind
        } else if (what < 10) {
            lease(cairn, "l" + random.nextInt(4), random);
        } else if (cairn.tasks().workflow().open()) {
            TaskPatch patch = patch(random).status(STATUSES.get(random.nextInt(STATUSES.size())));
            cairn.tasks().upsert(id, patch, WriteOptions.defaults());
        } else {
            cairn.tasks().upsert(id, there ? allowed(cairn, id, random) : patch(random), WriteOptions.defaults());
        }
    }

    private static void moveAGroup(Cairn cairn, Random random) {
        String group = "g" + random.nextInt(3);
        switch (random.nextInt(6)) {
            case 0 -> {
                if (cairn.consumers().get(group).isPresent()) {
                    cairn.consumers().delete(group, WriteOptions.defaults());
                }
            }
            case 1 ->
                cairn.consumers().configure(group, ConsumerSettings.all().withTopics("task"), WriteOptions.defaults());
            case 2 -> cairn.consumers().move(group, From.end(), WriteOptions.defaults());
            case 3 -> cairn.consumers().move(group, From.last(random.nextInt(20)), WriteOptions.defaults());
            default -> {
                try (Consumer reader = cairn.consumers().open(group)) {
                    ConsumerRecords polled = reader.poll(1 + random.nextInt(20), Duration.ZERO);
                    reader.commit(random.nextBoolean() ? polled.next() : reader.position());
                }
            }
        }
    }

    /** Some of them end by themselves, in the midst of whatever comes next. */
    private static void lease(Cairn cairn, String name, Random random) {
        Duration ttl = random.nextBoolean() ? Duration.ofMillis(100) : Duration.ofHours(1);
        try {
            LeasePlace place = cairn.leases()
                    .request(name, "h" + random.nextInt(9), ttl, Duration.ofMillis(random.nextInt(300)), DEFAULTS);
            Long token = cairn.leases().get(name).orElseThrow().token();
            if (random.nextInt(4) == 0) {
                place.withdraw();
            } else if (token != null && random.nextBoolean()) {
                cairn.log().append(NewRecord.of("events", name, "1"), DEFAULTS.withFence(new Fence(name, token)));
                cairn.leases().renew(name, token, ttl, "{\"p\":\"" + "x".repeat(random.nextInt(900)) + "\"}", DEFAULTS);
            } else if (token != null) {
                cairn.leases().release(name, token);
            }
        } catch (HeldException | StaleTokenException e) {
            // It ended in between, or did not.
        }
    }

    private static void append(Cairn cairn, Random random) {
        Batch batch = cairn.batch();
        for (int i = random.nextInt(8); i >= 0; i--) {
            batch.add(LogWrites.append(NewRecord.of("events", "k" + random.nextInt(5), "{\"n\":" + i + "}")));
        }
        batch.commitAtomic(Ack.ACCEPTED);
    }

    private static void talk(Cairn cairn, Random random) {
        String session = "s" + random.nextInt(3);
        if (random.nextInt(6) == 0 && cairn.sessions().get(session).isPresent()) {
            cairn.sessions().delete(session);
        } else {
            NewMessage message = NewMessage.of("user", "x".repeat(random.nextInt(200)));
            cairn.sessions().append(session, Collections.nCopies(1 + random.nextInt(5), message));
        }
    }

    private static TaskPatch allowed(Cairn cairn, String id, Random random) {
        Task task = cairn.tasks().get(id).orElseThrow();
        List<String> following =
                Map.copyOf(cairn.tasks().workflow().transitions()).getOrDefault(task.status(), List.of());
        return following.isEmpty() || random.nextBoolean()
                ? patch(random)
                : patch(random).status(following.get(random.nextInt(following.size())));
    }

    private static TaskPatch patch(Random random) {
        String text = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 5_000 : 50));
        return TaskPatch.empty().metadata("{\"f" + random.nextInt(3) + "\":\"" + text + "\"}");
    }

    private static void verify(Path root) {
        Verification verified = new VerifiedDirectory(root).verifyDeeply();

        assertThat(VerifiedDirectory.wrong(verified)).as(root.toString()).isEmpty();
        assertThat(verified.proof()).isNotNull();
    }
}
