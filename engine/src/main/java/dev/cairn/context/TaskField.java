package dev.cairn.context;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.json.Members;
import dev.cairn.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of tasks, as {@code explain} is asked for it: its value in a task, and whether the payload of a record sets it.
 *
 * <p>Threading: immutable.
 *
 * @param name as it was asked for
 * @param top the member of a payload that sets it
 * @param member of the metadata, or null for the whole field
 */
record TaskField(String name, String top, @Nullable String member) {
    private static final String METADATA = "metadata";
    private static final String INSIDE = METADATA + ".";
    private static final List<String> PLAIN = List.of("status", "owner", "queue", "priority", "attempts", METADATA);

    static TaskField of(String name) {
        if (PLAIN.contains(name)) {
            return new TaskField(name, name, null);
        }
        if (name.startsWith(INSIDE) && name.length() > INSIDE.length()) {
            return new TaskField(name, METADATA, name.substring(INSIDE.length()));
        }
        throw new InvalidRequestException("expected one of " + PLAIN + " or " + INSIDE + "NAME, was " + name, "field");
    }

    /** The value as JSON. */
    String value(Task task) {
        return switch (top) {
            case "status" -> text(task.status());
            case "owner" -> text(task.owner());
            case "queue" -> text(task.queue());
            case "priority" -> String.valueOf(task.priority());
            case "attempts" -> String.valueOf(task.attempts());
            default -> {
                String inside = member == null ? task.metadata() : member(ByteSlab.ofUtf8(task.metadata()), member);
                yield inside == null ? "null" : inside;
            }
        };
    }

    private static String text(@Nullable String value) {
        return new JsonWriter(new ByteSlab(64)).string(value).out().utf8();
    }

    /** Whether a record whose payload is {@code payload} sets the field. */
    boolean isSetBy(String type, ByteSlab payload) {
        if (type.equals("created") || type.equals("recovered")) {
            return true;
        }
        String set = member(payload, top);
        return set != null && (member == null || !set.startsWith("{") || member(ByteSlab.ofUtf8(set), member) != null);
    }

    private static @Nullable String member(ByteSlab object, String name) {
        Members members = new Members(object, 0, object.length());
        while (members.next()) {
            if (members.name().equals(name)) {
                return members.value();
            }
        }
        return null;
    }
}
