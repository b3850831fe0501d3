package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Recovery.Applied;
import dev.cairn.inspect.Recovery.Choice;
import dev.cairn.inspect.Recovery.Damage;
import dev.cairn.inspect.Recovery.SegmentReport;
import dev.cairn.inspect.Recovery.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A recovery for programs. Ranges include both ends.
 *
 * <p>Threading: stateless.
 */
final class RecoveryJson {
    private RecoveryJson() {}

    static String of(RecoveryOutcome outcome) {
        return Json.object(json -> {
            Recovery plan = outcome.plan();
            json.writeStringField("id", plan.id());
            writeSegments(json, plan.segments());
            writeRanges(json, "lost", plan.lost());
            json.writeNumberField("lostCount", plan.lostCount());
            json.writeNumberField("acknowledged", plan.lostDurableCount());
            writeTexts(json, "tasks", plan.tasks());
            json.writeObjectFieldStart("topics");
            for (Map.Entry<String, Long> topic : plan.topics().entrySet()) {
                json.writeNumberField(topic.getKey(), topic.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("keys");
            for (Map.Entry<String, List<String>> topic : plan.keys().entrySet()) {
                writeTexts(json, topic.getKey(), topic.getValue());
            }
            json.writeEndObject();
            writeTexts(json, "operations", plan.operations());
            writeChoices(json, plan.choices());
            writeCircumstances(json, outcome);
            Applied applied = outcome.applied();
            if (applied != null) {
                write(json, applied);
            }
            Rebuild rebuilt = outcome.rebuilt();
            if (rebuilt != null) {
                json.writeObjectFieldStart("rebuild");
                rebuilt.write(json);
                json.writeEndObject();
            }
        });
    }

    private static void writeCircumstances(JsonGenerator json, RecoveryOutcome outcome) throws IOException {
        Recovery plan = outcome.plan();
        json.writeStringField("directory", plan.directory().toString());
        json.writeStringField("identity", plan.identity().toString());
        json.writeBooleanField("identityLost", plan.identityLost());
        json.writeStringField("writer", plan.writer());
        json.writeNumberField("durableOffset", plan.durableOffset());
        json.writeBooleanField("endUnknown", plan.endUnknown());
        json.writeBooleanField("partial", plan.isPartial());
        json.writeNumberField("from", plan.from());
        if (plan.until() == Long.MAX_VALUE) {
            json.writeNullField("until");
        } else {
            json.writeNumberField("until", plan.until());
        }
        json.writeBooleanField("finishesAnother", plan.finishesAnother());
        json.writeNumberField("records", plan.records());
        json.writeNumberField("seconds", outcome.seconds());
        json.writeBooleanField("due", plan.isDue());
    }

    private static void write(JsonGenerator json, Applied applied) throws IOException {
        json.writeBooleanField("applied", true);
        json.writeNumberField("epoch", applied.epoch());
        json.writeNumberField("recordOffset", applied.offset());
        writeTexts(json, "deleted", applied.deleted());
        writeTexts(
                json,
                "originals",
                applied.originals().stream().map(Path::toString).toList());
    }

    private static void writeSegments(JsonGenerator json, List<SegmentReport> segments) throws IOException {
        json.writeArrayFieldStart("segments");
        for (SegmentReport segment : segments) {
            json.writeStartObject();
            json.writeNumberField("number", segment.number());
            json.writeNumberField("epoch", segment.epoch());
            json.writeStringField("file", segment.file().toString());
            json.writeStringField("liesAt", segment.liesAt().toString());
            json.writeNumberField("first", segment.offsets().first());
            json.writeNumberField("last", segment.offsets().last());
            if (segment.verdict() == Verdict.SKIPPED) {
                json.writeNullField("records"); // it was not looked at
            } else {
                json.writeNumberField("records", segment.records());
            }
            json.writeStringField("verdict", segment.verdict().name().toLowerCase(Locale.ROOT));
            json.writeArrayFieldStart("damages");
            for (Damage damage : segment.damages()) {
                json.writeStartObject();
                json.writeNumberField("position", damage.position());
                json.writeNumberField("endPosition", damage.endPosition());
                json.writeNumberField("offset", damage.offset());
                json.writeStringField("what", damage.what());
                json.writeEndObject();
            }
            json.writeEndArray();
            writeRanges(json, "lost", segment.lost());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeRanges(JsonGenerator json, String name, List<Range> ranges) throws IOException {
        json.writeArrayFieldStart(name);
        for (Range range : ranges) {
            json.writeStartArray();
            json.writeNumber(range.first());
            json.writeNumber(range.last());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void writeTexts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void writeChoices(JsonGenerator json, List<Choice> choices) throws IOException {
        json.writeArrayFieldStart("options");
        for (Choice choice : choices) {
            json.writeStartObject();
            json.writeStringField("option", choice.what());
            json.writeStringField("cost", choice.cost());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
