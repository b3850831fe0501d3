package dev.cairn.tools;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.WriteOptions;
import dev.cairn.decision.BrokenDecisionsException;
import dev.cairn.decision.DecisionFlaw;
import dev.cairn.decision.DecisionImport;
import dev.cairn.decision.DecisionsMarkdown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Markdown documents of decisions: looked through first, all of them, then taken in.
 *
 * <p>Threading: one thread.
 */
final class DecisionDocuments {
    private final List<ImportFile> files;
    private final Console console;
    private final boolean json;

    private final List<Flaw> flaws = new ArrayList<>();
    private long decisions;

    private record Flaw(String file, DecisionFlaw flaw) {}

    /** Takes one document, which is well formed. */
    interface Taker {
        DecisionImport.Summary take(ImportFile file) throws IOException;
    }

    DecisionDocuments(List<ImportFile> files, Console console, boolean json) {
        this.files = files;
        this.console = console;
        this.json = json;
    }

    /** Says what is wrong, or how much there is; {@link ExitCode#FINDINGS} when something is wrong. */
    ExitCode check() throws IOException {
        look();
        if (json) {
            console.line(Json.object(out -> {
                out.writeNumberField("decisions", decisions);
                out.writeArrayFieldStart("errors");
                for (Flaw flaw : flaws) {
                    out.writeStartObject();
                    out.writeStringField("file", flaw.file());
                    out.writeNumberField("line", flaw.flaw().line());
                    out.writeStringField("heading", flaw.flaw().heading());
                    out.writeStringField("detail", flaw.flaw().message());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }));
        } else {
            flaws.forEach(flaw ->
                    console.line(flaw.file() + ": " + Printable.of(flaw.flaw().toString())));
            console.line(String.format(
                    "%,d decisions, %s",
                    decisions, flaws.isEmpty() ? "nothing wrong" : flaws.size() + " things wrong"));
        }
        return flaws.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private void look() throws IOException {
        for (ImportFile file : files) {
            try (InputStream in = file.open()) {
                DecisionsMarkdown.read(in, section -> decisions++);
            } catch (BrokenDecisionsException e) {
                e.flaws().forEach(flaw -> flaws.add(new Flaw(file.name(), flaw)));
            }
        }
    }

    /** Takes the documents into a directory that this process opens for writing. */
    ExitCode addTo(Path directory, CairnOptions.Builder options) throws IOException {
        lookOrFail();
        try (Stopping stopping = Stopping.install();
                Cairn cairn = Cairn.open(directory, options.build())) {
            return add(file -> {
                if (stopping.requested()) {
                    throw new VerbFailedException(ExitCode.TERMINATED, "stopped; run it again to go on");
                }
                return DecisionImport.run(cairn, file::open, WriteOptions.defaults());
            });
        }
    }

    /** Takes the documents in by {@code taker}. */
    ExitCode addTo(Taker taker) throws IOException {
        lookOrFail();
        return add(taker);
    }

    private void lookOrFail() throws IOException {
        look();
        if (!flaws.isEmpty()) {
            flaws.forEach(flaw -> console.notice(
                    "cairn: " + flaw.file() + ": " + Printable.of(flaw.flaw().toString())));
            throw VerbFailedException.failed("expected documents of decisions, was something wrong in " + flaws.size()
                    + " places; nothing was written");
        }
    }

    private ExitCode add(Taker taker) throws IOException {
        long read = 0;
        long added = 0;
        for (ImportFile file : files) {
            try {
                DecisionImport.Summary summary = taker.take(file);
                read += summary.decisions();
                added += summary.added();
            } catch (CairnException | RefusedByServerException e) {
                throw VerbFailedException.failed(file.name() + ": " + e.getMessage(), e);
            }
        }
        print(read, added);
        return ExitCode.OK;
    }

    private void print(long read, long added) {
        if (json) {
            console.line(Json.object(out -> {
                out.writeNumberField("decisions", read);
                out.writeNumberField("added", added);
                out.writeNumberField("skipped", read - added);
            }));
        } else {
            console.line(String.format("%,d decisions: %,d added, %,d already there", read, added, read - added));
        }
    }
}
