package dev.cairn.tools;

import dev.cairn.InvalidRequestException;
import dev.cairn.session.NewMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which field of a row means what where rows are messages: session, role, content and time are taken from their fields, all
 * other members stay with the message under their own names.
 *
 * <p>Threading: see {@link RowMapping}.
 */
final class MessageMapping implements RowMapping {
    private static final String ROLE = "role";
    private static final String CONTENT = "content";
    private static final int NAMES_CHARS = 32;

    private final String session;
    private final List<String> roles;
    private final List<String> contents;
    private final @Nullable String at;
    private final RowFields row;

    /**
     * @param session field of the session's id
     * @param role field of the role; null for {@code role}, or {@code source} in a row without
     * @param content field of the content; null for {@code content}, or {@code body} in a row without
     * @param at field of the caller's own time; null for none
     */
    MessageMapping(String session, @Nullable String role, @Nullable String content, @Nullable String at) {
        this.session = session;
        this.roles = role == null ? List.of(ROLE, "source") : List.of(role);
        this.contents = content == null ? List.of(CONTENT, "body") : List.of(content);
        this.at = at;
        this.row = new RowFields(Stream.of(Stream.of(session, at), roles.stream(), contents.stream())
                .flatMap(fields -> fields)
                .filter(Objects::nonNull)
                .toList());
    }

    @Override
    public String signature() {
        return String.join("\n", "messages", session, roles.toString(), contents.toString(), String.valueOf(at));
    }

    @Override
    public ImportRow map(byte[] line, int length) throws BadRowException {
        row.readAll(line, length);
        String id = row.text(session);
        if (id == null) {
            throw new BadRowException("expected a field " + session + " with a text or a number, was none");
        }
        Instant occurredAt = row.time(at);
        String roleField = first(roles);
        String contentField = first(contents);
        String role = row.text(roleField);
        if (role == null) {
            throw new BadRowException("expected a text in " + roleField + ", was null");
        }
        RowFields.Value content = row.value(contentField);
        StringBuilder json = new StringBuilder(length + NAMES_CHARS)
                .append("{\"role\":")
                .append(Json.quoted(role))
                .append(",\"content\":")
                .append(content == null ? "null" : content.json());
        Set<String> taken = new HashSet<>(Arrays.asList(session, at, roleField, contentField));
        row.members().forEach((name, value) -> {
            if (!taken.contains(name)) {
                json.append(',').append(Json.quoted(name)).append(':').append(value);
            }
        });
        return new ImportRow.OfMessage(id, message(json.append('}')), occurredAt);
    }

    /** The first of {@code fields} that the row has, if only as null. */
    private String first(List<String> fields) throws BadRowException {
        for (String field : fields) {
            if (row.members().containsKey(field) || row.value(field) != null) {
                return field;
            }
        }
        throw new BadRowException("expected a field " + String.join(" or ", fields) + ", was none");
    }

    private static NewMessage message(StringBuilder json) throws BadRowException {
        try {
            return NewMessage.parse(json.toString().getBytes(StandardCharsets.UTF_8));
        } catch (InvalidRequestException e) {
            throw new BadRowException(e.getMessage() + " (" + e.where() + ")");
        }
    }
}
