package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.consumer.ConsumerPage;
import dev.cairn.log.From;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Consumer groups of a data directory: read beside whoever writes, changed only when nobody else does.
 *
 * <p>Threading: one verb, one thread.
 */
final class DirectoryGroups implements GroupAccess {
    private static final Duration PROJECTION_WAIT_MAX = Duration.ofMinutes(30);
    private static final WriteOptions DURABLE = WriteOptions.defaults().withAck(Ack.DURABLE);

    private final Cairn cairn;

    private DirectoryGroups(Cairn cairn) {
        this.cairn = cairn;
    }

    static DirectoryGroups open(Path directory, EngineFlags engine, boolean writes, Console console) {
        try (ProgressBars progress = new ProgressBars(console)) {
            CairnOptions.Builder options =
                    writes ? engine.options() : CairnOptions.builder().readOnly(true);
            return new DirectoryGroups(
                    Cairn.open(directory, options.progress(progress).build()));
        }
    }

    @Override
    public void list(Consumer<JsonNode> reader) {
        long durable = cairn.watermarks().durableOffset();
        String cursor = null;
        do {
            ConsumerPage page = cairn.consumers().list(Source.PAGE_RECORDS, cursor, durable, PROJECTION_WAIT_MAX);
            page.groups().forEach(group -> reader.accept(json(group)));
            cursor = page.next();
        } while (cursor != null);
    }

    @Override
    public JsonNode reset(String group, From to) {
        requireExisting(group);
        cairn.consumers().move(group, to, DURABLE);
        return json(requireExisting(group));
    }

    private ConsumerGroup requireExisting(String group) {
        return cairn.consumers()
                .get(group)
                .orElseThrow(() -> VerbFailedException.failed("expected a consumer " + group + ", was none"));
    }

    @Override
    public void delete(String group) {
        cairn.consumers().delete(group, DURABLE);
    }

    @Override
    public void close() {
        cairn.close();
    }

    private static JsonNode json(ConsumerGroup group) {
        String text = Json.object(json -> {
            json.writeStringField("group", group.group());
            json.writeNumberField("offset", group.offset());
            json.writeNumberField("lag", group.lag());
            writeNames(json, "topic", group.topics());
            writeNames(json, "type", group.types());
            json.writeNumberField("version", group.version());
            json.writeNumberField("revision", group.revision());
            json.writeStringField("createdAt", Json.time(group.createdAt()));
            json.writeStringField("updatedAt", Json.time(group.updatedAt()));
        });
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("expected what was written to be JSON, was " + text, e);
        }
    }

    private static void writeNames(JsonGenerator json, String field, List<String> names) throws IOException {
        if (names.size() < 2) {
            json.writeStringField(field, names.isEmpty() ? null : names.get(0));
            return;
        }
        json.writeArrayFieldStart(field);
        for (String name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
    }
}
