package dev.cairn.tools;

import dev.cairn.log.NewRecord;
import dev.cairn.task.TaskPatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which field of a row means what where rows are tasks or records.
 *
 * <p>Threading: one thread, because rows are read into one place.
 */
final class EntityMapping implements RowMapping {
    /**
     * The fields, each null when it is not mapped.
     *
     * @param topic the topic that rows are appended to; null when rows are tasks
     * @param id of the task, or the key of the record
     * @param metadata fields put under {@code metadata}
     */
    record Fields(
            @Nullable String topic,
            String id,
            @Nullable String status,
            @Nullable String at,
            @Nullable String owner,
            @Nullable String queue,
            @Nullable String priority,
            List<String> metadata) {
        /** Says the mapping in one line: equal lines read a row in the same way. */
        String signature() {
            return String.join(
                    "\n",
                    Stream.concat(Stream.of(topic, id, status, at, owner, queue, priority), metadata.stream())
                            .map(String::valueOf)
                            .toList());
        }
    }

    private final Fields fields;
    private final RowFields row;
    /** For each field of the metadata, its name as a member of JSON, quoted and with the colon. */
    private final List<String> metadataNames;

    EntityMapping(Fields fields) {
        this.fields = fields;
        metadataNames = fields.metadata().stream()
                .map(field -> Json.quoted(RowFields.lastName(field)) + ":")
                .toList();
        Stream<@Nullable String> single =
                Stream.of(fields.id(), fields.status(), fields.at(), fields.owner(), fields.queue(), fields.priority());
        row = new RowFields(Stream.concat(single.filter(field -> field != null), fields.metadata().stream())
                .toList());
    }

    @Override
    public String signature() {
        return fields.signature();
    }

    @Override
    public ImportRow map(byte[] line, int length) throws BadRowException {
        row.read(line, length);
        String id = row.text(fields.id());
        if (id == null) {
            throw new BadRowException("expected a field " + fields.id() + " with a text or a number, was none");
        }
        Instant occurredAt = row.time(fields.at());
        String topic = fields.topic();
        if (topic != null) {
            String payload = new String(line, 0, length, StandardCharsets.UTF_8);
            return new ImportRow.OfRecord(NewRecord.of(topic, id, payload), occurredAt);
        }
        TaskPatch patch = new TaskPatch(
                row.text(fields.status()),
                row.text(fields.owner()),
                false,
                row.text(fields.queue()),
                number(fields.priority()),
                metadata());
        return new ImportRow.OfTask(id, patch, occurredAt);
    }

    private @Nullable String metadata() throws BadRowException {
        StringBuilder json = null;
        for (int i = 0; i < metadataNames.size(); i++) {
            RowFields.Value value = row.value(fields.metadata().get(i));
            if (value != null) {
                json = json == null ? new StringBuilder("{") : json.append(',');
                json.append(metadataNames.get(i)).append(value.json());
            }
        }
        return json == null ? null : json.append('}').toString();
    }

    private @Nullable Integer number(@Nullable String field) throws BadRowException {
        String text = row.text(field);
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new BadRowException("expected an integer in " + field + ", was " + text);
        }
    }
}
