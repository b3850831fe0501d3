package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.StateRoot;
import dev.cairn.inspect.Verification;
import dev.cairn.inspect.Verification.Compared;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Proof;
import dev.cairn.inspect.Verification.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn verify}: whether a data directory is what it should be.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "verify",
        description = "Checks every byte of a data directory and writes nothing; a server may be running on it.",
        footer = {
            "",
            "damage   records that were acknowledged are lost, altered or out of reach",
            "derived  something that follows from the log is wrong; it can be made anew",
            "note     nothing is wrong, but it is worth knowing",
            "",
            "Ends with status 1 if anything but notes was found."
        })
final class VerifyVerb extends Verb {
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data directory.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Option(
            names = "--deep",
            description = "Also replays the whole log and compares what follows with checkpoint and projection.")
    private boolean deep;

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Override
    ExitCode run() {
        Verification verified;
        try (ProgressBars progress = new ProgressBars(console())) {
            verified = Verification.of(data, deep, progress);
        }
        if (output.json()) {
            console().line(Json.object(json -> write(json, verified)));
        } else {
            print(verified);
        }
        return verified.isSound() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private void print(Verification verified) {
        new Table()
                .row("directory", verified.directory())
                .row("identity", verified.identity() == null ? "unknown" : verified.identity())
                .row("state", verified.live() ? "in use: looked at up to what is durable" : "at rest")
                .row(
                        "looked at",
                        String.format(
                                Locale.ROOT,
                                "%,d records in %s, up to offset %d, in %.1f s",
                                verified.records(),
                                counted(verified.segments(), "segment"),
                                verified.throughOffset(),
                                seconds(verified)))
                .print(console());
        Proof proof = verified.proof();
        if (proof != null) {
            print(proof);
        }
        console().line("");
        for (Finding finding : verified.findings()) {
            print(finding);
        }
        console().line(verdict(verified));
        String remedy = verified.remedy();
        if (remedy != null) {
            console().line("next: " + remedy + " says what can be saved, and changes nothing");
        }
    }

    private void print(Finding finding) {
        String offset = finding.offset() < 0 ? "" : ", offset " + finding.offset();
        String where = finding.file() + " at byte " + finding.position() + offset;
        console().line(Printable.of(String.format("%-8s %s", name(finding.severity()), where)));
        console().line(Printable.of("         " + finding.what()));
        console().line(Printable.of("         affects: " + finding.affects()));
        console().line("");
    }

    private static String verdict(Verification verified) {
        long damage = count(verified, Severity.DAMAGE);
        long derived = count(verified, Severity.DERIVED);
        if (damage > 0) {
            return "DAMAGED: " + counted(damage, "finding") + " of damage"
                    + (derived > 0 ? ", " + derived + " of what follows from the log" : "");
        }
        return derived > 0
                ? "the log is sound; " + counted(derived, "finding") + " of what follows from it and can be made anew"
                : "sound";
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static long count(Verification verified, Severity severity) {
        return verified.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private void print(Proof proof) {
        console().line("");
        Table roots = new Table("STATE ROOT", "OFFSET", "KIND", "DIGEST", "");
        rows(roots, "replayed", proof.replayed(), null);
        rows(roots, "checkpoint", proof.checkpoint());
        rows(roots, "projection", proof.projection());
        roots.print(console());
    }

    private static void rows(Table roots, String who, @Nullable Compared compared) {
        if (compared != null) {
            rows(roots, who, compared.found(), compared.replayed());
        }
    }

    private static void rows(Table roots, String who, StateRoot root, @Nullable StateRoot expected) {
        new TreeMap<>(root.kinds()).forEach((kind, digest) -> {
            String verdict =
                    expected == null ? "" : digest.equals(expected.kinds().get(kind)) ? "same" : "DIFFERENT";
            roots.row(who, root.offset(), kind, digest, verdict);
        });
    }

    private static String name(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private static double seconds(Verification verified) {
        return verified.took().toNanos() / NANOS_PER_SECOND;
    }

    private static void write(JsonGenerator json, Verification verified) throws IOException {
        json.writeArrayFieldStart("findings");
        for (Finding finding : verified.findings()) {
            json.writeStartObject();
            json.writeStringField("file", finding.file().toString());
            json.writeNumberField("position", finding.position());
            json.writeNumberField("offset", finding.offset());
            json.writeStringField("severity", name(finding.severity()));
            json.writeStringField("what", finding.what());
            json.writeStringField("affects", finding.affects());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("directory", verified.directory().toString());
        json.writeStringField(
                "identity",
                verified.identity() == null ? null : verified.identity().toString());
        json.writeBooleanField("live", verified.live());
        json.writeNumberField("records", verified.records());
        json.writeNumberField("segments", verified.segments());
        json.writeNumberField("throughOffset", verified.throughOffset());
        json.writeFieldName("stateRoot");
        Proof proof = verified.proof();
        if (proof == null) {
            json.writeNull();
        } else {
            write(json, proof);
        }
        json.writeNumberField("seconds", seconds(verified));
    }

    private static void write(JsonGenerator json, Proof proof) throws IOException {
        json.writeStartObject();
        writeRoot(json, "replayed", proof.replayed());
        write(json, "checkpoint", proof.checkpoint());
        write(json, "projection", proof.projection());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, @Nullable Compared compared) throws IOException {
        if (compared == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        writeRoot(json, "replayed", compared.replayed());
        writeRoot(json, "found", compared.found());
        json.writeEndObject();
    }

    private static void writeRoot(JsonGenerator json, String name, StateRoot root) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("offset", root.offset());
        json.writeObjectFieldStart("kinds");
        for (Map.Entry<String, String> kind : new TreeMap<>(root.kinds()).entrySet()) {
            json.writeStringField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
