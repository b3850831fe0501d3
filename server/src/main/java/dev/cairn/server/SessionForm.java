package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import dev.cairn.session.NewMessage;
import dev.cairn.session.SessionWrites;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines about sessions and their messages.
 *
 * <p>Threading: one thread.
 */
final class SessionForm implements LineForm {
    private static final Set<String> ID = Set.of("id");
    private static final Map<BatchOp, Set<String>> OPS =
            Map.of(BatchOp.APPEND, Set.of("id", "message"), BatchOp.DELETE, ID, BatchOp.CHECK, ID);

    private @Nullable String id;
    private @Nullable String message;

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        id = null;
        message = null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "id" -> id = json.textOrNull();
            case "message" -> message = json.rawObject();
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public Write write(BatchOp op) {
        return switch (op) {
            case APPEND -> append(LineForm.given(message, "message"));
            case DELETE -> SessionWrites.delete(LineForm.given(id, "id"));
            default -> SessionWrites.check(LineForm.given(id, "id"));
        };
    }

    private Write append(String json) {
        try {
            return SessionWrites.append(LineForm.given(id, "id"), NewMessage.parse(json));
        } catch (InvalidRequestException e) {
            throw below("/message", e);
        }
    }

    /** The same refusal, where the pointer is one into a member. */
    private static InvalidRequestException below(String pointer, InvalidRequestException e) {
        String where = e.where();
        boolean ofLine = where == null || where.equals("/id");
        return ofLine ? e : new InvalidRequestException(String.valueOf(e.getMessage()), pointer + where);
    }

    @Override
    public boolean mayBeLarge() {
        return message != null;
    }
}
