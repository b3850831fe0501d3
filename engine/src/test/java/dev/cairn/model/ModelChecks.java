package dev.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.GoneException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.OperationOutcome;
import dev.cairn.lease.Lease;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads of an engine, each compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class ModelChecks {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final PlainModel model;
    private final RandomWishes wishes;
    private final Random random;

    ModelChecks(PlainModel model, RandomWishes wishes, Random random) {
        this.model = model;
        this.wishes = wishes;
        this.random = random;
    }

    /** Whatever reads cannot be told from each other must agree: all of them. Everything must be durable. */
    void everything(Cairn cairn) {
        allTasks(cairn);
        log(cairn, LogFilter.all());
        log(cairn, filter());
        for (String id : List.of("file0", "file1")) {
            assertThat(cairn.imports().rows(id)).as("rows of %s", id).isEqualTo(model.rows(id));
        }
        assertThat(cairn.tasks().workflow()).isEqualTo(model.workflow());
        allLeases(cairn);
        for (int i = 0; i < 5; i++) {
            one(cairn);
        }
    }

    /** One read by chance that needs nothing to be durable. */
    void one(Cairn cairn) {
        switch (random.nextInt(5)) {
            case 0 -> history(cairn);
            case 1 -> asOf(cairn);
            case 2 -> asOfTime(cairn);
            case 3 -> operation(cairn);
            default -> task(cairn, wishes.taskId());
        }
    }

    private void allTasks(Cairn cairn) {
        for (int i = 0; i < 10; i++) {
            task(cairn, "t" + i);
        }
    }

    private void allLeases(Cairn cairn) {
        List<String> names = new ArrayList<>(List.of("shared"));
        for (int i = 0; i < 10; i++) {
            names.add("task:t" + i);
        }
        for (String name : names) {
            PlainClaims.Held expected = model.claims().leases().get(name);
            Lease lease = cairn.leases().get(name).orElse(null);
            PlainClaims.Held found = lease == null || lease.holder() == null
                    ? null
                    : new PlainClaims.Held(
                            lease.holder(),
                            Objects.requireNonNull(lease.token()),
                            expected == null ? null : expected.origin());
            assertThat(found).as("lease %s", name).isEqualTo(expected);
        }
    }

    private void task(Cairn cairn, String id) {
        assertThat(cairn.tasks().get(id).orElse(null))
                .as("task %s", id)
                .isEqualTo(model.tasks().get(id));
    }

    private void operation(Cairn cairn) {
        String id = wishes.operation();
        OperationOutcome outcome = cairn.operation(id);
        Answer known =
                outcome instanceof OperationOutcome.Committed committed ? Answer.of(committed.receipt(), false) : null;
        assertThat(known).as("operation %s", id).isEqualTo(model.operation(id));
    }

    private void history(Cairn cairn) {
        String id = wishes.taskId();
        long before = wishes.oneIn(2) ? Long.MAX_VALUE : anOffset();
        int limit = 1 + random.nextInt(20);
        List<PlainModel.Entry> expected = new ArrayList<>(model.entries().stream()
                .filter(entry -> entry.topic().equals("task") && entry.key().equals(id))
                .toList());
        boolean never = expected.isEmpty();
        expected.removeIf(entry -> entry.offset() >= before);
        Collections.reverse(expected);
        List<LogRecord> found;
        try {
            found = cairn.tasks().history(id, before, limit);
        } catch (CairnException e) {
            assertThat(never).as("history of %s: %s", id, e).isTrue();
            return;
        }
        assertThat(never).as("history of %s, which never was", id).isFalse();
        sameRecords(found, expected.subList(0, Math.min(limit, expected.size())), "history of " + id);
    }

    private long anOffset() {
        return (long) (random.nextDouble() * (model.lastOffset() + 2));
    }

    private void asOf(Cairn cairn) {
        String id = wishes.taskId();
        long offset = model.entries().isEmpty() || wishes.oneIn(4)
                ? anOffset()
                : wishes.any(model.entries()).offset();
        @Nullable Object expected = expectedAt(cairn, offset);
        @Nullable Object found;
        try {
            found = cairn.tasks().getAsOf(id, offset).orElse(null);
            expected = expected == null ? model.taskAsOf(id, offset) : expected;
        } catch (GoneException e) {
            found = "gone, resume from " + e.resumeFrom();
        } catch (InvalidRequestException e) {
            found = "invalid " + e.where();
        }
        assertThat(found).as("task %s as of %d", id, offset).isEqualTo(expected);
    }

    /** Null when there is a record at the offset, else how a read there is refused. */
    private @Nullable String expectedAt(Cairn cairn, long offset) {
        if (offset > model.lastOffset()) {
            return "invalid asOf";
        }
        for (PlainModel.Entry entry : model.entries()) {
            if (entry.offset() == offset) {
                return null;
            } else if (entry.offset() > offset) {
                return "gone, resume from " + entry.offset();
            }
        }
        throw new IllegalStateException(cairn.directory() + ": expected an offset up to " + model.lastOffset());
    }

    /** Times are looked up among durable records; beside those that are not, only older times are certain. */
    private void asOfTime(Cairn cairn) {
        if (model.entries().isEmpty()) {
            return;
        }
        cairn.sync();
        String id = wishes.taskId();
        Instant last = model.entries().get(model.entries().size() - 1).at();
        Instant near = wishes.any(model.entries()).at().plusNanos(random.nextInt(3) * 1_000L - 1_000);
        Instant time = near.isAfter(last) ? last : near; // later ones have not come yet, and are refused
        long offset = -1;
        for (PlainModel.Entry entry : model.entries()) {
            if (!entry.at().isAfter(time)) {
                offset = entry.offset();
            }
        }
        assertThat(cairn.tasks().getAsOf(id, time).orElse(null))
                .as("task %s at %s", id, time)
                .isEqualTo(model.taskAsOf(id, offset));
    }

    private LogFilter filter() {
        return switch (random.nextInt(4)) {
            case 0 -> LogFilter.all().withTopic("task");
            case 1 -> LogFilter.all().withTopic(wishes.topic()).withKey(wishes.topicKey());
            case 2 ->
                LogFilter.all()
                        .withType(wishes.any(List.of("patched", "type1", "opened", "claimed", "returned", "granted")));
            default -> LogFilter.all().withTopic("task").withKey(wishes.taskId());
        };
    }

    /** Reads all pages; where a lost range begins the read says where to go on. */
    private void log(Cairn cairn, LogFilter filter) {
        List<LogRecord> found = new ArrayList<>();
        long end = cairn.watermarks().durableOffset() + 1;
        int limit = 1 + random.nextInt(50);
        long next = 0;
        while (next < end) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, filter, limit);
                found.addAll(page.records());
                assertThat(page.next()).as("where to go on from %d", next).isGreaterThan(next);
                next = page.next();
            } catch (GoneException e) {
                Long resume = e.resumeFrom() == null ? e.startOffset() : e.resumeFrom();
                assertThat(resume).as("%s", e).isNotNull().isGreaterThan(next);
                next = Objects.requireNonNull(resume);
            }
        }
        long until = end;
        sameRecords(
                found,
                model.entries().stream()
                        .filter(entry -> entry.offset() < until && matches(filter, entry))
                        .toList(),
                "log by " + filter);
    }

    private static boolean matches(LogFilter filter, PlainModel.Entry entry) {
        return (filter.topics().isEmpty() || filter.topics().contains(entry.topic()))
                && (filter.key() == null || filter.key().equals(entry.key()))
                && (filter.types().isEmpty() || filter.types().contains(entry.type()));
    }

    /** Compares records field by field. */
    static void sameRecords(List<LogRecord> found, List<PlainModel.Entry> expected, String what) {
        assertThat(found.stream().map(LogRecord::offset).toList())
                .as("offsets of the %s", what)
                .isEqualTo(expected.stream().map(PlainModel.Entry::offset).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(fields(found.get(i))).as("record of the %s", what).isEqualTo(fields(expected.get(i)));
        }
    }

    private static List<@Nullable Object> fields(LogRecord record) {
        List<@Nullable Object> fields = new ArrayList<>();
        Collections.addAll(
                fields,
                record.offset(),
                record.epoch(),
                record.at(),
                record.occurredAt(),
                record.topic(),
                record.key(),
                record.type(),
                record.actor(),
                record.operation(),
                record.prev(),
                record.version(),
                record.fences(),
                PlainJson.parse(record.payload()));
        return fields;
    }

    private static List<@Nullable Object> fields(PlainModel.Entry entry) {
        List<@Nullable Object> fields = new ArrayList<>();
        Collections.addAll(
                fields,
                entry.offset(),
                entry.epoch(),
                entry.at(),
                entry.occurredAt(),
                entry.topic(),
                entry.key(),
                entry.type(),
                entry.actor(),
                entry.operation(),
                entry.prev(),
                entry.version(),
                entry.fences(),
                entry.payload());
        return fields;
    }

    /** Lists and counts by the projection, which is waited for. Everything must be durable. */
    void projection(Cairn cairn) {
        Question question = question();
        TaskQuery query = question.query();
        List<Task> expected = model.tasks().values().stream()
                .filter(question.condition())
                .sorted(order(query))
                .toList();
        String unknown = query.statuses().stream()
                .filter(status -> !model.known(status))
                .filter(status -> model.tasks().values().stream()
                        .noneMatch(task -> task.status().equals(status)))
                .findFirst()
                .orElse(null);
        if (unknown != null && expected.isEmpty()) {
            assertThatThrownBy(() -> cairn.tasks().list(query))
                    .as("list by %s", query)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageEndingWith("was " + unknown);
            return;
        }
        List<Task> found = new ArrayList<>();
        String cursor = null;
        do {
            TaskPage page = cairn.tasks().list(page(query, cursor));
            found.addAll(page.tasks());
            cursor = page.next();
            assertThat(page.projectionOffset()).isGreaterThanOrEqualTo(model.lastOffset());
        } while (cursor != null);
        assertThat(found).as("list by %s", query).isEqualTo(expected);

        Map<String, Long> counts =
                expected.stream().collect(Collectors.groupingBy(Task::status, TreeMap::new, Collectors.counting()));
        assertThat(new TreeMap<>(cairn.tasks().count(query, "status").counts()))
                .as("count by %s", query)
                .isEqualTo(counts);
    }

    private record Question(TaskQuery query, Predicate<Task> condition) {}

    private Question question() {
        String owner = wishes.owner();
        String status = wishes.status();
        return switch (random.nextInt(6)) {
            case 0 ->
                ask(
                        List.of(status, "running"),
                        null,
                        null,
                        Map.of(),
                        task -> List.of(status, "running").contains(task.status()));
            case 1 -> ask(List.of(), owner, null, Map.of(), task -> owner.equals(task.owner()));
            case 2 ->
                ask(List.of(), null, "queue-0", Map.of(), task -> task.queue().equals("queue-0"));
            case 3 ->
                ask(
                        List.of(),
                        null,
                        null,
                        Map.of("m1", "2"),
                        task -> Long.valueOf(2)
                                .equals(PlainJson.object(task.metadata()).get("m1")));
            case 4 ->
                ask(
                        List.of(),
                        null,
                        null,
                        Map.of("m2", "text 1"),
                        task -> "text 1"
                                .equals(PlainJson.object(task.metadata()).get("m2")));
            default -> ask(List.of(), null, null, Map.of(), task -> true);
        };
    }

    private Question ask(
            List<String> statuses,
            @Nullable String owner,
            @Nullable String queue,
            Map<String, String> metadata,
            Predicate<Task> condition) {
        TaskQuery query = new TaskQuery(
                statuses,
                owner,
                queue,
                null,
                null,
                null,
                null,
                metadata,
                wishes.any(List.of(TaskQuery.Order.values())),
                random.nextBoolean(),
                1 + random.nextInt(8),
                null,
                model.lastOffset(),
                WAIT);
        return new Question(query, condition);
    }

    private static TaskQuery page(TaskQuery query, @Nullable String cursor) {
        return new TaskQuery(
                query.statuses(),
                query.owner(),
                query.queue(),
                null,
                null,
                null,
                null,
                query.metadata(),
                query.order(),
                query.descending(),
                query.limit(),
                cursor,
                query.minOffset(),
                query.waitMax());
    }

    private static Comparator<Task> order(TaskQuery query) {
        Comparator<Task> order = switch (query.order()) {
            case CREATED_AT -> Comparator.comparing(Task::createdAt);
            case UPDATED_AT -> Comparator.comparing(Task::updatedAt);
            case PRIORITY -> Comparator.comparing(Task::priority);
            case ID -> Comparator.comparing(Task::id);
        };
        Comparator<Task> whole = order.thenComparing(Task::id);
        return query.descending() ? whole.reversed() : whole;
    }
}
