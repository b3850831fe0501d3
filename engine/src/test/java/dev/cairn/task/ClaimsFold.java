package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its beginning and holds every record against what claims promise: at most one holder of a task at any offset,
 * each claim the one that came first, no write to a held task without its token.
 *
 * <p>Threading: one thread.
 */
final class ClaimsFold {
    private static final Pattern STATUS = Pattern.compile("\"status\":\"(\\w+)\"");
    private static final Pattern PRIORITY = Pattern.compile("\"priority\":(-?\\d+)");

    private final Map<String, Known> tasks = new HashMap<>();
    private final Map<String, Long> tokens = new HashMap<>();
    private final Map<String, Integer> types = new HashMap<>();
    private @Nullable LogRecord claimed;
    private int completed;

    private static final class Known {
        private final long created;
        private final int priority;
        private String status;

        Known(long created, int priority, String status) {
            this.created = created;
            this.priority = priority;
            this.status = status;
        }
    }

    static ClaimsFold of(Cairn cairn) {
        ClaimsFold fold = new ClaimsFold();
        long next = 0;
        long end = cairn.watermarks().durableOffset() + 1;
        while (next < end) {
            try {
                LogPage page = cairn.log().read(next, end, LogFilter.all(), 1_000);
                page.records().forEach(fold::record);
                next = page.next();
            } catch (GoneException e) {
                next = Objects.requireNonNull(e.resumeFrom());
            }
        }
        return fold;
    }

    /** How many tasks were completed. */
    int completed() {
        return completed;
    }

    /** How many records of a type there were. */
    int count(String topicAndType) {
        return types.getOrDefault(topicAndType, 0);
    }

    private void record(LogRecord record) {
        types.merge(record.topic() + "/" + record.type(), 1, Integer::sum);
        LogRecord claim = claimed;
        claimed = null;
        if (claim != null) {
            assertThat(record.type()).as("%s behind %s", record, claim).isEqualTo("granted");
            assertThat(record.key()).isEqualTo("task:" + claim.key());
            assertThat(record.offset()).isEqualTo(claim.offset() + 1);
        }
        if (record.topic().equals("task")) {
            task(record);
        } else if (record.topic().equals("lease")) {
            lease(record);
        }
    }

    private void lease(LogRecord record) {
        if (record.type().equals("granted")) {
            assertThat(tokens.put(record.key(), record.offset()))
                    .as("holder before %s", record)
                    .isNull();
        } else if (!record.type().equals("renewed")) {
            assertThat(tokens.remove(record.key()))
                    .as("holder before %s", record)
                    .isNotNull();
        }
    }

    private void task(LogRecord record) {
        String status = find(STATUS, record.payload());
        switch (record.type()) {
            case "created" ->
                tasks.put(
                        record.key(),
                        new Known(
                                record.offset(),
                                Integer.parseInt(Objects.requireNonNull(find(PRIORITY, record.payload()))),
                                Objects.requireNonNull(status)));
            case "claimed" -> {
                assertThat(record.key()).as("what came first at %s", record).isEqualTo(first());
                known(record).status = Objects.requireNonNull(status);
                claimed = record;
            }
            case "returned" -> known(record).status = Objects.requireNonNull(status);
            default -> patched(record, status);
        }
    }

    private void patched(LogRecord record, @Nullable String status) {
        assertThat(known(record).status).as("before %s", record).isNotEqualTo("completed");
        Long token = tokens.get("task:" + record.key());
        if (token != null) {
            assertThat(record.fences())
                    .as("fences of %s", record)
                    .anyMatch(fence -> fence.lease().equals("task:" + record.key()) && fence.token() == token);
        }
        if (status != null) {
            known(record).status = status;
            completed += status.equals("completed") ? 1 : 0;
        }
    }

    private @Nullable String first() {
        return tasks.entrySet().stream()
                .filter(task ->
                        task.getValue().status.equals("pending") && !tokens.containsKey("task:" + task.getKey()))
                .min(Comparator.<Map.Entry<String, Known>>comparingInt(task -> -task.getValue().priority)
                        .thenComparingLong(task -> task.getValue().created))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private Known known(LogRecord record) {
        return Objects.requireNonNull(tasks.get(record.key()), record::toString);
    }

    private static @Nullable String find(Pattern pattern, String payload) {
        Matcher matcher = pattern.matcher(payload);
        return matcher.find() ? matcher.group(1) : null;
    }
}
