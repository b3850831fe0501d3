package dev.cairn.tools;

import dev.cairn.CairnOptions;
import dev.cairn.task.Workflow;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code cairn import}: takes NDJSON in, once, however often it is run.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "import",
        description =
                "Takes rows of NDJSON in as tasks, messages or records, or Markdown as decisions; repeating it adds"
                        + " nothing twice.",
        footer = {
            "",
            "A field F is the name of a member of the row, or a JSON pointer that begins with a slash.",
            "Rows of tasks create or patch; a field that is null or missing leaves the task's as it is.",
            "Rows of messages need the key, the session's id; what is not mapped stays in the message."
        })
final class ImportVerb extends Verb {
    /** What rows become. */
    enum RowKind {
        TASKS,
        MESSAGES,
        RECORDS,
        DECISIONS
    }

    private static final String STANDARD_INPUT = "-";
    private static final double NANOS_PER_SECOND = 1e9;

    @Mixin
    private final Target target = new Target();

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Plain, gzip or zstd; - is standard input.")
    @SuppressWarnings("NullAway.Init") // required
    private List<String> files;

    @Option(
            names = "--as",
            paramLabel = "tasks|messages|records|decisions",
            description = "What rows become; decisions are read from Markdown. Default: ${DEFAULT-VALUE}.")
    private RowKind as = RowKind.TASKS;

    @Option(names = "--id", paramLabel = "F", description = "Field of the task's id. Default: id.")
    private @Nullable String id;

    @Option(names = "--status", paramLabel = "F", description = "Field of the status.")
    private @Nullable String status;

    @Option(names = "--at", paramLabel = "F", description = "Field of the caller's own time (occurredAt).")
    private @Nullable String at;

    @Option(names = "--owner", paramLabel = "F", description = "Field of the owner.")
    private @Nullable String owner;

    @Option(names = "--queue", paramLabel = "F", description = "Field of the queue.")
    private @Nullable String queue;

    @Option(names = "--priority", paramLabel = "F", description = "Field of the priority.")
    private @Nullable String priority;

    @Option(names = "--metadata", paramLabel = "F,…", split = ",", description = "Fields merged into the metadata.")
    private List<String> metadata = List.of();

    @Option(names = "--topic", paramLabel = "T", description = "The topic of records.")
    private @Nullable String topic;

    @Option(names = "--key", paramLabel = "F", description = "Field of the record's key, or of the message's session.")
    private @Nullable String key;

    @Option(
            names = "--role",
            paramLabel = "F",
            description = "Field of the message's role. Default: role, else source.")
    private @Nullable String role;

    @Option(
            names = "--content",
            paramLabel = "F",
            description = "Field of the message's content. Default: content, else body.")
    private @Nullable String content;

    @Option(names = "--workflow", paramLabel = "FILE|open", description = "The workflow to put in force before.")
    private @Nullable String workflow;

    @Option(names = "--skip-bad-rows", description = "Leaves rows out that cannot be read, and ends with 1.")
    private boolean skipBadRows;

    @Option(
            names = "--dry-run",
            description = "Looks whether documents of decisions are well formed, and writes nothing; needs no target.")
    private boolean dryRun;

    @Override
    ExitCode run() throws IOException {
        if (as == RowKind.DECISIONS) {
            return importDecisions();
        }
        if (dryRun) {
            throw usage("expected --dry-run with --as decisions alone, was --as "
                    + as.name().toLowerCase(Locale.ROOT));
        }
        RowMapping mapping = mapping();
        Path directory = target.directory();
        CairnOptions.Builder options = engine.options();
        Workflow inForce = workflow == null ? null : WorkflowFile.read(workflow);
        files.forEach(ImportVerb::check);
        long begun = System.nanoTime();
        try (Stopping stopping = Stopping.install();
                ProgressBars progress = new ProgressBars(console());
                ImportTarget into = directory == null
                        ? new ServerImport(target.server(), console())
                        : DirectoryImport.open(
                                directory, options.progress(progress).build())) {
            if (inForce != null) {
                into.workflow(inForce);
            }
            ImportRun run = new ImportRun(into, mapping, skipBadRows, console(), progress, stopping);
            for (String file : files) {
                try (ImportFile input = input(file)) {
                    run.take(input);
                }
            }
            progress.end();
            print(run.summary(), Duration.ofNanos(System.nanoTime() - begun));
            return run.summary().bad() == 0 ? ExitCode.OK : ExitCode.FINDINGS;
        }
    }

    /** Documents have one form: nothing is mapped. */
    private ExitCode importDecisions() throws IOException {
        boolean mapped =
                id != null || status != null || at != null || owner != null || queue != null || priority != null;
        if (mapped || !metadata.isEmpty() || topic != null || key != null) {
            throw usage("expected no mapping with --as decisions, whose form is fixed, was one");
        }
        if (role != null || content != null || workflow != null || skipBadRows) {
            throw usage("expected no mapping with --as decisions, whose form is fixed, was one");
        }
        Path directory = dryRun ? null : target.directory();
        URI server = dryRun || directory != null ? null : target.server();
        CairnOptions.Builder options = engine.options();
        files.forEach(ImportVerb::check);
        List<ImportFile> documents = new ArrayList<>();
        try {
            for (String file : files) {
                documents.add(input(file));
            }
            DecisionDocuments run = new DecisionDocuments(documents, console(), output.json());
            if (dryRun) {
                return run.check();
            }
            return directory == null
                    ? run.addTo(new ServerDecisions(Objects.requireNonNull(server), console()))
                    : run.addTo(directory, options);
        } finally {
            for (ImportFile document : documents) {
                document.close();
            }
        }
    }

    private static void check(String file) {
        if (!file.equals(STANDARD_INPUT) && !Files.isReadable(Path.of(file))) {
            throw VerbFailedException.failed(file + ": expected a file that can be read, was none");
        }
    }

    private static ImportFile input(String file) throws IOException {
        return file.equals(STANDARD_INPUT) ? ImportFile.spooled(System.in) : ImportFile.of(Path.of(file));
    }

    private RowMapping mapping() {
        boolean ofTasks = id != null || status != null || owner != null || queue != null || priority != null;
        switch (as) {
            case TASKS:
                if (topic != null || key != null || role != null || content != null) {
                    throw usage("expected --topic, --key, --role and --content with --as records or messages,"
                            + " was --as tasks");
                }
                return new EntityMapping(new EntityMapping.Fields(
                        null, id == null ? "id" : id, status, at, owner, queue, priority, metadata));
            case RECORDS:
                if (ofTasks || !metadata.isEmpty() || role != null || content != null) {
                    throw usage("expected --topic, --key and --at with --as records, was another field");
                }
                if (topic == null || key == null) {
                    throw usage("expected --topic and --key with --as records, was one missing");
                }
                return new EntityMapping(new EntityMapping.Fields(topic, key, null, at, null, null, null, List.of()));
            default:
                if (ofTasks || !metadata.isEmpty() || topic != null) {
                    throw usage("expected --key, --role, --content and --at with --as messages, was another field");
                }
                return new MessageMapping(key == null ? "session" : key, role, content, at);
        }
    }

    private void print(ImportRun.Summary summary, Duration took) {
        double seconds = took.toNanos() / NANOS_PER_SECOND;
        long added = summary.rows() - summary.skipped();
        long rate = Math.round(added / Math.max(seconds, 1 / NANOS_PER_SECOND));
        if (output.json()) {
            console().line(Json.object(json -> {
                json.writeNumberField("rows", summary.rows());
                json.writeNumberField("created", summary.created());
                json.writeNumberField("patched", summary.patched());
                json.writeNumberField("skipped", summary.skipped());
                json.writeNumberField("bad", summary.bad());
                json.writeNumberField("seconds", Math.round(seconds * 1_000) / 1_000.0);
                json.writeNumberField("rowsPerSecond", rate);
            }));
            return;
        }
        String what = switch (as) {
            case TASKS -> String.format("%,d tasks created, %,d patched", summary.created(), summary.patched());
            case MESSAGES -> String.format("%,d messages appended", summary.created());
            case RECORDS, DECISIONS -> String.format("%,d records appended", summary.created());
        };
        String left = (summary.skipped() > 0 ? String.format(", %,d already there", summary.skipped()) : "")
                + (summary.bad() > 0 ? String.format(", %,d left out", summary.bad()) : "");
        String speed = rate > 0 ? String.format(" (%,d rows/s)", rate) : "";
        console().line(String.format("%,d rows: %s%s in %.1f s%s", summary.rows(), what, left, seconds, speed));
    }
}
