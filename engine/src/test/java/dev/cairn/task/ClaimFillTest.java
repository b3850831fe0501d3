package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnException;
import dev.cairn.NotFoundException;
import dev.cairn.OverloadedException;
import dev.cairn.WriteOptions;
import dev.cairn.harness.Trials;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.lease.Grant;
import dev.cairn.lease.LeaseModule;
import dev.cairn.lease.Leases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The filling of the index beside writers who write at every moment at which they can: what is handed out afterwards is what a
 * plain look at all tasks says, in its order.
 */
class ClaimFillTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final List<String> QUEUES = List.of("q", "default");
    private static final List<String> STATUSES = List.of("a", "b", "run");

    /** Each status may be claimed; the second has another final status. */
    private static final List<Workflow> WORKFLOWS = List.of(workflow("done"), workflow("end"));

    private static Workflow workflow(String end) {
        return Workflow.parse("""
                {"first":"a","final":["%1$s"],"transitions":{"a":["b","run","done","end"],"b":["a","run","done","end"],
                 "run":["a","b","run","done","end"],"%2$s":["a"]},"claim":{"status":"run","failed":"b"}}""".formatted(end, end.equals("done") ? "end" : "done"));
    }

    @Test
    void shouldHandOutWhatThereIsWhateverIsWrittenMeanwhile() {
        Trials.of("claim filling", 150).run(random -> new Run(random).run());
    }

    @Test
    void shouldRefuseClaimsUntilAllIsFound() {
        Run run = new Run(new Random(1));
        run.tasks.create(NewTask.of("x"));
        run.host.between(() -> assertThat(run.refusal()).isInstanceOf(OverloadedException.class));
        int[] moments = {0};
        run.host.between(() -> {
            if (run.module.claims().isCurrent()) {
                return;
            }
            moments[0]++;
            assertThat(run.refusal()).isInstanceOf(OverloadedException.class);
        });
        assertThat(run.fill().run()).isTrue();
        assertThat(moments[0]).isGreaterThan(10);
        assertThat(run.fill().run()).as("nothing is left to do").isFalse();
        assertThat(run.refusal()).isNull();
    }

    @Test
    void shouldForgetAFillingThatWasCutOff() {
        Run run = new Run(new Random(1));
        run.tasks.create(NewTask.of("x"));
        int[] moments = {0};
        run.host.between(() -> {
            if (++moments[0] == 5) {
                throw new IllegalStateException("cut off");
            }
        });
        try {
            run.fill().run();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("cut off");
        }
        assertThat(run.module.claims().isFilled()).isFalse();
        run.host.between(() -> {});
        assertThat(run.tasks
                        .claim(ClaimRequest.of("me", LONG))
                        .orElseThrow()
                        .task()
                        .id())
                .isEqualTo("x");
    }

    @Test
    void shouldFillAnewOnlyForOtherFinalStatuses() {
        Run run = new Run(new Random(1));
        run.tasks.workflow(Workflow.standard());
        run.tasks.create(NewTask.of("x"));
        assertThat(run.fill().run()).isTrue();
        Workflow standard = Workflow.standard();
        run.tasks.workflow(new Workflow(
                false,
                standard.first(),
                standard.finals(),
                standard.transitions(),
                new ClaimPolicy("running", "failed", 1, true)));
        assertThat(run.module.claims().isCurrent()).isTrue();
        run.tasks.workflow(Workflow.openWorkflow());
        assertThat(run.module.claims().isCurrent()).isFalse();
        assertThat(run.fill().run()).isTrue();
    }

    /** One filling. */
    private static final class Run {
        private final Random random;
        private final LeaseModule leaseModule = new LeaseModule();
        private final WorkflowKind workflowKind = new WorkflowKind();
        private final TaskKind module = new TaskKind(workflowKind, 1 << 16, leaseModule.ledger());
        private final KindHarness harness;
        private final HarnessHost host;
        private final Tasks tasks;
        private final Leases leases;
        private final Map<String, Long> created = new HashMap<>();
        private final Map<String, Grant> held = new HashMap<>();
        private int writesLeft = 400;

        Run(Random random) {
            this.random = random;
            List<Kind> kinds = new ArrayList<>(leaseModule.kinds());
            kinds.add(workflowKind);
            kinds.add(module);
            harness = new KindHarness(kinds).checking(leaseModule.fences());
            host = new HarnessHost(harness);
            tasks = new TasksClient(host, module, workflowKind);
            leases = leaseModule.client(host);
            tasks.workflow(WORKFLOWS.get(0));
        }

        ClaimFill fill() {
            return new ClaimFill(host, module, workflowKind, 1 + random.nextInt(4));
        }

        /** What a claim is refused with now, other than that there is nothing. */
        @Nullable
        CairnException refusal() {
            try {
                host.commit(module, new TaskCommand.Claim("me", "nowhere", null, 1_000), WriteOptions.defaults());
                return null;
            } catch (NotFoundException e) {
                return null;
            } catch (CairnException e) {
                return e;
            }
        }

        void run() {
            for (int i = random.nextInt(120); i > 0; i--) {
                write();
            }
            host.between(() -> {
                for (int i = random.nextInt(4); i > 0 && writesLeft > 0; i--) {
                    writesLeft--;
                    write();
                }
            });
            while (!module.claims().isCurrent()) {
                fill().run();
            }
            host.between(() -> {});
            for (int i = random.nextInt(40); i > 0; i--) {
                write();
                if (!module.claims().isCurrent()) {
                    fill().run();
                }
            }
            drain();
        }

        private void write() {
            String id = "t" + random.nextInt(25);
            try {
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> {
                        long offset = harness.events();
                        tasks.create(NewTask.of(id).priority(random.nextInt(3)).queue(QUEUES.get(random.nextInt(2))));
                        created.put(id, offset);
                    }
                    case 3, 4 -> tasks.patch(id, TaskPatch.empty().priority(random.nextInt(3)));
                    case 5 -> tasks.patch(id, TaskPatch.empty().queue(QUEUES.get(random.nextInt(2))));
                    case 6, 7 ->
                        tasks.transition(
                                id, List.of("a", "b", "run", "done", "end").get(random.nextInt(5)));
                    case 8 -> tasks.delete(id);
                    case 9 -> held.put(id, leases.acquire("task:" + id, "me", LONG, Duration.ZERO));
                    case 10 -> {
                        Grant grant = held.remove(id);
                        if (grant != null) {
                            leases.release("task:" + id, grant.token());
                        }
                    }
                    default -> {
                        if (random.nextInt(20) == 0) {
                            tasks.workflow(WORKFLOWS.get(random.nextInt(2)));
                        }
                    }
                }
            } catch (CairnException e) {
                assertThat(e.code()).isIn("conflict", "not_found", "invalid_transition", "held", "stale_token");
            }
        }

        private void drain() {
            Map<String, List<String>> expected = new HashMap<>();
            for (String id : host.ids()) {
                Entity entity = harness.entity(module, null, id);
                if (entity.exists() && !held.containsKey(id)) {
                    Task task = TaskBody.decode(id, entity);
                    if (!tasks.workflow().finals().contains(task.status())) {
                        expected.computeIfAbsent(task.queue() + "/" + task.status(), key -> new ArrayList<>())
                                .add(id);
                    }
                }
            }
            Comparator<String> byPriority = Comparator.comparing(id -> -task(id).priority());
            expected.values().forEach(ids -> ids.sort(byPriority.thenComparing(created::get)));
            List<String> buckets = new ArrayList<>();
            QUEUES.forEach(queue -> STATUSES.forEach(status -> buckets.add(queue + "/" + status)));
            Collections.shuffle(buckets, random);
            for (String bucket : buckets) {
                String[] names = bucket.split("/");
                assertThat(claims(names[0], names[1])).as(bucket).isEqualTo(expected.getOrDefault(bucket, List.of()));
            }
        }

        private Task task(String id) {
            return TaskBody.decode(id, harness.entity(module, null, id));
        }

        private List<String> claims(String queue, String status) {
            List<String> taken = new ArrayList<>();
            while (true) {
                try {
                    long offset = host.commit(
                                    module, new TaskCommand.Claim("me", queue, status, 1_000), WriteOptions.defaults())
                            .offset();
                    taken.add(harness.event(offset).key.utf8());
                } catch (NotFoundException e) {
                    return taken;
                }
            }
        }
    }
}
