package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.json.Members;
import dev.cairn.internal.kind.Names;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message to append: a JSON object with a {@code role}, a {@code content} of any form, and whatever else the caller keeps with
 * it. The member {@code task}, if given, is the id of the task that the session belongs to from here on. The members {@code
 * offset}, {@code at}, {@code occurredAt} and {@code actor} are the log's and are refused.
 *
 * <p>Threading: immutable.
 */
public final class NewMessage {
    /** The longest role, in bytes of UTF-8. */
    public static final int ROLE_BYTES_MAX = 255;

    static final String CONTENT = "content";
    private static final String ROLE = "role";
    private static final String TASK = "task";
    private static final int FRAME_BYTES = 32;

    private final String role;
    private final @Nullable String task;
    private final byte[] json;

    private NewMessage(String role, @Nullable String task, byte[] json) {
        this.role = role;
        this.task = task;
        this.json = json;
    }

    /**
     * A message whose content is a text.
     *
     * @param role 1–255 bytes of UTF-8
     */
    public static NewMessage of(String role, String text) {
        Names.check(role, ROLE_BYTES_MAX, "/role");
        Json.checkText(text, "/content");
        JsonWriter json = new JsonWriter(new ByteSlab(role.length() + text.length() + FRAME_BYTES));
        json.beginObject().name(ROLE).string(role).name(CONTENT).string(text).endObject();
        return new NewMessage(role, null, json.out().toByteArray());
    }

    /**
     * A message whose content is any JSON value.
     *
     * @param contentJson the value, a text with its quotes
     */
    public static NewMessage ofContent(String role, String contentJson) {
        Names.check(role, ROLE_BYTES_MAX, "/role");
        byte[] content = Json.value(contentJson, "/content");
        JsonWriter json = new JsonWriter(new ByteSlab(role.length() + content.length + FRAME_BYTES));
        json.beginObject().name(ROLE).string(role).name(CONTENT).raw(content).endObject();
        return new NewMessage(role, null, json.out().toByteArray());
    }

    /**
     * A whole message as a JSON object.
     *
     * @throws InvalidRequestException with a pointer, when it is not well formed
     */
    public static NewMessage parse(String json) {
        return checked(Json.object(json, ""));
    }

    /** {@link #parse(String)} of UTF-8 bytes, which the caller does not change any more. */
    public static NewMessage parse(byte[] utf8) {
        return checked(Json.object(utf8, ""));
    }

    private static NewMessage checked(byte[] json) {
        String role = null;
        String task = null;
        boolean hasContent = false;
        Members members = new Members(json, 0, json.length);
        while (members.next()) {
            String name = members.name();
            switch (name) {
                case ROLE -> role = Names.check(text(members, ROLE), ROLE_BYTES_MAX, "/role");
                case TASK -> task = members.isNull() ? null : SessionCommand.checkId(text(members, TASK), "/task");
                case CONTENT -> hasContent = true;
                case "offset", "at", "occurredAt", "actor" ->
                    throw new InvalidRequestException(
                            "expected no member " + name + " in a message, it is the log's to give, was one",
                            "/" + name);
                default -> {
                    // The caller's own.
                }
            }
        }
        if (role == null || !hasContent) {
            String missing = role == null ? ROLE : CONTENT;
            throw new InvalidRequestException("expected a member " + missing + ", was none", "/" + missing);
        }
        return new NewMessage(role, task, json);
    }

    private static String text(Members members, String name) {
        if (!members.isText()) {
            throw new InvalidRequestException("expected a string as " + name + ", was another value", "/" + name);
        }
        return members.text();
    }

    /** The message with the task that its session belongs to from here on; for a message that names none yet. */
    public NewMessage task(String id) {
        SessionCommand.checkId(id, "/task");
        Members members = new Members(json, 0, json.length);
        while (members.next()) {
            if (members.name().equals(TASK)) {
                throw new InvalidRequestException("expected a message without a task, was one with it", "/task");
            }
        }
        ByteSlab slab = new ByteSlab(json.length + id.length() + FRAME_BYTES);
        JsonWriter writer = new JsonWriter(slab);
        slab.putBytes(json, 0, json.length - 1);
        writer.name(TASK).string(id).endObject();
        return new NewMessage(role, id, slab.toByteArray());
    }

    /** Who speaks. */
    public String role() {
        return role;
    }

    /** The task that the message names, or null. */
    public @Nullable String task() {
        return task;
    }

    /** The whole message as compact JSON. */
    public String json() {
        return new String(json, StandardCharsets.UTF_8);
    }

    /** The same as UTF-8; not to be changed. */
    byte[] utf8() {
        return json;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NewMessage that && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    @Override
    public String toString() {
        return "NewMessage[" + role + ", " + json.length + " bytes]";
    }
}
