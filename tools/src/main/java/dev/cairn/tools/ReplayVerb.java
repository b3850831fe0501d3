package dev.cairn.tools;

import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Recovery.Applied;
import dev.cairn.log.From;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn replay}: recovery from corruption, as a plan that is shown and then carried out; and {@code --rebuild}, which
 * makes what is derived from the log anew.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "replay",
        description =
                "Says what of a damaged log can be saved and what is lost, and saves it; or rebuilds what is derived.",
        footer = {
            "",
            "--dry-run, the default, changes nothing and ends with status 1 if work is due. --apply does exactly what",
            "--dry-run prints: originals move to quarantine/, every record that is whole keeps its offset.",
            "",
            "A POSITION is an offset, beginning, end, -N (the last N), a time, or an age as -15m.",
            "",
            "--rebuild state       folds the whole log, without the checkpoint, and writes a new checkpoint",
            "--rebuild projection  drops the SQLite projection and fills it again",
            "--rebuild all         both"
        })
final class ReplayVerb extends Verb {
    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data directory.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Option(names = "--dry-run", description = "Prints the plan and changes nothing; the default.")
    private boolean dryRun;

    @Option(names = "--apply", description = "Prints the plan and carries it out; no other process may be writing.")
    private boolean apply;

    @Option(names = "--last", paramLabel = "N", description = "Looks at the last N records only.")
    private @Nullable Long last;

    @Option(
            names = "--from",
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Looks at the log from here on.")
    private @Nullable From from;

    @Option(
            names = "--until",
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Looks at the log up to here, before that record.")
    private @Nullable From until;

    @Option(
            names = "--rebuild",
            paramLabel = "state|projection|all",
            description = "What to make anew, with --apply after the repair; no other process may be writing.")
    private Rebuild.@Nullable Derived rebuild;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Also writes the whole plan to a file: .json for programs, .md for people.")
    private @Nullable Path report;

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Override
    ExitCode run() {
        checkUsage();
        if (rebuild != null && !apply) {
            return rebuildAlone(rebuild);
        }
        ReportFile file = report == null ? null : reportFile(report);
        refuseWriter();
        Recovery recovery = plan();
        return apply ? apply(recovery, file) : show(recovery, file);
    }

    private void checkUsage() {
        if (dryRun && (apply || rebuild != null)) {
            throw usage("expected --dry-run alone, was with " + (apply ? "--apply" : "--rebuild"));
        }
        if (last != null && (from != null || until != null)) {
            throw usage("expected --last or --from and --until, was both");
        }
        if (last != null && last < 1) {
            throw usage("expected --last from 1, was " + last);
        }
        boolean planned = last != null || from != null || until != null || report != null;
        if (rebuild != null && !apply && planned) {
            throw usage("expected --rebuild alone or with --apply, was with --last, --from, --until or --report");
        }
    }

    private ReportFile reportFile(Path path) {
        try {
            return ReportFile.of(path);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** A plan of hours is no use to somebody who cannot carry it out. */
    private void refuseWriter() {
        String writer = apply ? Recovery.writer(data) : null;
        if (writer != null) {
            throw new VerbFailedException(
                    ExitCode.DIRECTORY, data + ": expected no other writer, was " + writer + "; stop it first");
        }
    }

    private Recovery plan() {
        try (ProgressBars progress = new ProgressBars(console())) {
            return Recovery.plan(data, last == null ? from : From.last(last), until, progress);
        }
    }

    private ExitCode show(Recovery recovery, @Nullable ReportFile file) {
        write(file, new RecoveryOutcome(recovery, null, null));
        if (output.json()) {
            console().line(RecoveryJson.of(new RecoveryOutcome(recovery, null, null)));
        } else {
            new RecoveryText(recovery, console()).print();
        }
        return recovery.isDue() ? ExitCode.FINDINGS : ExitCode.OK;
    }

    private ExitCode apply(Recovery recovery, @Nullable ReportFile file) {
        if (!output.json()) {
            new RecoveryText(recovery, console()).print();
            console().flush();
        }
        write(file, new RecoveryOutcome(recovery, null, null));
        Applied applied = recovery.isDue() ? carryOut(recovery) : null;
        Rebuild rebuilt = rebuild == null ? null : rebuild(rebuild);
        RecoveryOutcome outcome = new RecoveryOutcome(recovery, applied, rebuilt);
        try {
            write(file, outcome);
        } finally {
            printDone(outcome);
        }
        return rebuilt == null || rebuilt.same() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    /** Flushed, as the report may have failed. */
    private void printDone(RecoveryOutcome outcome) {
        if (output.json()) {
            console().line(RecoveryJson.of(outcome));
        } else {
            RecoveryText.printDone(outcome, console());
        }
        console().flush();
    }

    private Applied carryOut(Recovery recovery) {
        try (ProgressBars progress = new ProgressBars(console())) {
            return recovery.apply(engine.options().progress(progress).build());
        }
    }

    private void write(@Nullable ReportFile file, RecoveryOutcome outcome) {
        if (file != null) {
            file.write(outcome);
        }
    }

    private Rebuild rebuild(Rebuild.Derived what) {
        try (ProgressBars progress = new ProgressBars(console())) {
            return Rebuild.of(data, what, engine.options(), progress);
        }
    }

    /** What is made anew from a damaged log would know less than what there is. */
    private void refuseDamage() {
        Recovery recovery = plan();
        if (recovery.isDue()) {
            throw new VerbFailedException(
                    ExitCode.FINDINGS,
                    data + ": expected a whole log to rebuild from, was a damaged one, and nothing was rebuilt; "
                            + "cairn replay shows the damage, with --apply it repairs it, and with --rebuild beside that it rebuilds");
        }
    }

    private ExitCode rebuildAlone(Rebuild.Derived what) {
        refuseDamage();
        Rebuild rebuilt = rebuild(what);
        if (output.json()) {
            console().line(Json.object(rebuilt::write));
        } else {
            rebuilt.print(console());
        }
        return rebuilt.same() ? ExitCode.OK : ExitCode.FINDINGS;
    }
}
