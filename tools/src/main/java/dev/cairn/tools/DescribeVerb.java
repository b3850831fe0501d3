package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.inspect.Inspection;
import dev.cairn.inspect.Inspection.Checkpoint;
import dev.cairn.inspect.Inspection.Projection;
import dev.cairn.inspect.Inspection.SegmentFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn describe}: what is in a data directory.
 *
 * <p>Threading: main thread.
 */
@Command(name = "describe", description = "Says what is in a data directory; a server may be running on it.")
final class DescribeVerb extends Verb {
    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data directory.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Override
    ExitCode run() {
        Inspection found = Inspection.of(data);
        if (output.json()) {
            console().line(Json.object(json -> write(json, found)));
        } else {
            print(found);
        }
        return found.problems().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private void print(Inspection found) {
        Checkpoint checkpoint = found.checkpoint();
        Projection projection = found.projection();
        new Table()
                .row("directory", found.directory())
                .row("identity", found.identity())
                .row("format", found.format())
                .row("created", Json.time(found.createdAt()))
                .row("writer", found.writer() == null ? "none" : found.writer().holder())
                .row("offsets", found.startOffset() + " to " + found.durableOffset() + ", next " + found.endOffset())
                .row(
                        "checkpoint",
                        checkpoint == null
                                ? "none"
                                : "at " + checkpoint.offset() + ", " + checkpoint.entries() + " entries, "
                                        + ByteCount.describe(checkpoint.bytes()))
                .row(
                        "projection",
                        projection == null
                                ? "none"
                                : "at " + projection.offset() + ", " + projection.lag() + " behind, "
                                        + ByteCount.describe(projection.bytes()))
                .print(console());
        section("epochs");
        Table epochs = new Table("EPOCH", "FIRST", "LAST");
        found.epochs()
                .forEach(epoch -> epochs.row(
                        epoch.epoch(), epoch.offsets().first(), epoch.offsets().last()));
        epochs.print(console());
        section("segments");
        printSegments(found);
        if (!found.lost().isEmpty()) {
            section("offsets without records");
            found.lost().forEach(range -> console().line(range.first() + " to " + range.last()));
        }
        section("pins of the log");
        found.pins().forEach(pin -> console().line(pin.who() + " at " + pin.offset()));
        if (!found.problems().isEmpty()) {
            section("problems");
            found.problems()
                    .forEach(problem -> console()
                            .line(Printable.of(problem.file() + " at byte " + problem.position() + ", offset "
                                    + problem.offset() + ": " + problem.what())));
        }
    }

    private void printSegments(Inspection found) {
        Table segments = new Table("SEGMENT", "EPOCH", "FIRST", "LAST", "BYTES", "RESERVED", "AGE", "STATE", "FILE");
        for (SegmentFile segment : found.segments()) {
            Instant firstAt = segment.firstAt();
            segments.row(
                    segment.number(),
                    segment.epoch(),
                    segment.offsets().first(),
                    segment.offsets().last() < segment.offsets().first()
                            ? "-"
                            : segment.offsets().last(),
                    ByteCount.describe(segment.bytes()),
                    ByteCount.describe(segment.fileBytes()),
                    firstAt == null ? "-" : age(firstAt),
                    segment.sealed() ? "sealed" : "open",
                    segment.file());
        }
        segments.print(console());
    }

    private void section(String name) {
        console().line("");
        console().line(name);
    }

    private static Duration sinceNow(Instant time) {
        return Duration.between(time, Instant.now());
    }

    private static String age(Instant time) {
        Duration age = sinceNow(time);
        if (age.toDays() > 0) {
            return age.toDays() + "d" + age.toHoursPart() + "h";
        }
        return age.toHours() > 0
                ? age.toHours() + "h" + age.toMinutesPart() + "m"
                : age.toMinutesPart() + "m" + age.toSecondsPart() + "s";
    }

    private static void write(JsonGenerator json, Inspection found) throws IOException {
        json.writeStringField("directory", found.directory().toString());
        json.writeStringField("identity", found.identity().toString());
        json.writeNumberField("format", found.format());
        json.writeStringField("createdAt", Json.time(found.createdAt()));
        json.writeStringField(
                "writer", found.writer() == null ? null : found.writer().holder());
        json.writeNumberField("startOffset", found.startOffset());
        json.writeNumberField("endOffset", found.endOffset());
        json.writeNumberField("durableOffset", found.durableOffset());
        json.writeArrayFieldStart("epochs");
        for (Inspection.Epoch epoch : found.epochs()) {
            json.writeStartObject();
            json.writeNumberField("epoch", epoch.epoch());
            writeRange(json, epoch.offsets());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("lost");
        for (Inspection.Range range : found.lost()) {
            json.writeArray(new long[] {range.first(), range.last()}, 0, 2);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("segments");
        for (SegmentFile segment : found.segments()) {
            write(json, segment);
        }
        json.writeEndArray();
        writeDerived(json, found);
        writeProblems(json, found);
    }

    private static void writeRange(JsonGenerator json, Inspection.Range range) throws IOException {
        json.writeNumberField("firstOffset", range.first());
        json.writeNumberField("lastOffset", range.last());
    }

    private static void write(JsonGenerator json, SegmentFile segment) throws IOException {
        Instant firstAt = segment.firstAt();
        json.writeStartObject();
        json.writeNumberField("number", segment.number());
        json.writeNumberField("epoch", segment.epoch());
        json.writeStringField("file", segment.file().toString());
        writeRange(json, segment.offsets());
        json.writeNumberField("bytes", segment.bytes());
        json.writeNumberField("fileBytes", segment.fileBytes());
        json.writeStringField("firstAt", firstAt == null ? null : Json.time(firstAt));
        json.writeNumberField(
                "ageSeconds", firstAt == null ? 0 : sinceNow(firstAt).toSeconds());
        json.writeBooleanField("sealed", segment.sealed());
        json.writeEndObject();
    }

    private static void writeDerived(JsonGenerator json, Inspection found) throws IOException {
        Checkpoint checkpoint = found.checkpoint();
        json.writeArrayFieldStart("checkpoints");
        if (checkpoint != null) {
            json.writeStartObject();
            json.writeStringField("file", checkpoint.file().toString());
            json.writeNumberField("offset", checkpoint.offset());
            json.writeNumberField("entries", checkpoint.entries());
            json.writeNumberField("bytes", checkpoint.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        Projection projection = found.projection();
        if (projection == null) {
            json.writeNullField("projection");
        } else {
            json.writeObjectFieldStart("projection");
            json.writeStringField("file", projection.file().toString());
            json.writeNumberField("offset", projection.offset());
            json.writeNumberField("lag", projection.lag());
            json.writeNumberField("bytes", projection.bytes());
            json.writeEndObject();
        }
        json.writeArrayFieldStart("pins");
        for (Inspection.Pin pin : found.pins()) {
            json.writeStartObject();
            json.writeStringField("who", pin.who());
            json.writeNumberField("offset", pin.offset());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeProblems(JsonGenerator json, Inspection found) throws IOException {
        json.writeArrayFieldStart("problems");
        for (Inspection.Problem problem : found.problems()) {
            json.writeStartObject();
            json.writeStringField("file", problem.file().toString());
            json.writeNumberField("position", problem.position());
            json.writeNumberField("offset", problem.offset());
            json.writeStringField("what", problem.what());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
