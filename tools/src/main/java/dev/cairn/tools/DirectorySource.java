package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DataDirectoryException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.decision.DecisionPage;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.inspect.LogView;
import dev.cairn.log.From;
import dev.cairn.log.HistoryCheck;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.Task;
import dev.cairn.task.TaskCounts;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskQuery;
import dev.cairn.task.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A data directory as a source, opened read-only: nothing in it changes, and a server may be running on it. The state is built
 * only for verbs that ask for tasks, the log is read without it.
 *
 * <p>Threading: one verb, one thread.
 */
final class DirectorySource implements Source {
    private static final Duration PROJECTION_WAIT_MAX = Duration.ofMinutes(30);

    /** Records of each task of a list that are read, at most, to see whether some were lost: lists are long, tasks short. */
    private static final int CHECKED_RECORDS_MAX = 1_000;

    private final Path directory;
    private final boolean projection;
    private final Progress progress;
    private @Nullable Cairn cairn;
    private @Nullable LogView log;

    /** @param projection whether lists and counts are wanted */
    DirectorySource(Path directory, boolean projection, Progress progress) {
        this.directory = directory;
        this.projection = projection;
        this.progress = progress;
    }

    /** @throws DataDirectoryException when the directory is none of Cairn's, or cannot be read */
    private Cairn cairn() {
        Cairn open = cairn;
        if (open == null) {
            open = Cairn.open(
                    directory,
                    CairnOptions.builder()
                            .readOnly(true)
                            .projection(projection)
                            .progress(progress)
                            .scrub(false) // it comes too late for one answer
                            .build());
            cairn = open;
        }
        return open;
    }

    private LogView log() {
        LogView open = log;
        if (open == null) {
            open = LogView.open(directory);
            log = open;
        }
        return open;
    }

    @Override
    public Optional<Task> task(String id, @Nullable From asOf) {
        Tasks tasks = log().tasks();
        if (asOf == null) {
            return tasks.get(id);
        }
        if (asOf instanceof From.Time time) {
            return tasks.getAsOf(id, time.time());
        }
        return tasks.getAsOf(id, asOf instanceof From.Offset offset ? offset.offset() : -1);
    }

    @Override
    public TaskPage list(TaskQuery query) {
        TaskPage page = cairn().tasks().list(complete(query));
        List<Task> checked = page.tasks().stream()
                .map(task -> task.incomplete() || log().isWhole(task, CHECKED_RECORDS_MAX) ? task : task.asIncomplete())
                .toList();
        return new TaskPage(checked, page.next(), page.projectionOffset());
    }

    @Override
    public TaskCounts count(TaskQuery query, String by) {
        return cairn().tasks().count(complete(query), by);
    }

    @Override
    public DecisionPage decisions(DecisionQuery query) {
        return cairn().decisions().list(query.including(cairn().watermarks().durableOffset(), PROJECTION_WAIT_MAX));
    }

    /** A reader fills a projection of its own; nobody at a terminal wants a list from a half-filled one. */
    private TaskQuery complete(TaskQuery query) {
        return new TaskQuery(
                query.statuses(),
                query.owner(),
                query.queue(),
                query.updatedAfter(),
                query.updatedBefore(),
                query.createdAfter(),
                query.createdBefore(),
                query.metadata(),
                query.order(),
                query.descending(),
                query.limit(),
                query.cursor(),
                cairn().watermarks().durableOffset(),
                PROJECTION_WAIT_MAX);
    }

    @Override
    public boolean history(String id, long count, Consumer<LogRecord> reader) {
        HistoryCheck check = new HistoryCheck();
        Tasks tasks = log().tasks();
        long before = Long.MAX_VALUE;
        long left = count;
        while (left > 0) {
            List<LogRecord> page = tasks.history(id, before, (int) Math.min(left, PAGE_RECORDS));
            page.forEach(reader.andThen(check::add));
            if (page.isEmpty()) {
                check.end(log().startOffset());
                break;
            }
            left -= page.size();
            before = page.get(page.size() - 1).offset();
        }
        return check.isIncomplete();
    }

    @Override
    public JsonNode explanation(String id, String field) {
        return ExplanationJson.of(cairn().contexts().explain(id, field));
    }

    @Override
    public long resolve(From from) {
        return log().resolve(from);
    }

    @Override
    public LogPage read(long from, long until, LogFilter filter, Duration wait) {
        if (!wait.isZero()) {
            log().awaitDurable(from, wait);
        }
        return log().read(from, until, filter, PAGE_RECORDS);
    }

    @Override
    public long behindDamage(long offset) {
        return log().behindDamage(offset);
    }

    @Override
    public void close() {
        if (cairn != null) {
            cairn.close();
        }
    }
}
