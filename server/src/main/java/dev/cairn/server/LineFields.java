package dev.cairn.server;

import dev.cairn.Expect;
import dev.cairn.WriteOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The members that every line of a request may carry: those of every write's body, and what a single write says in headers.
 *
 * <p>Threading: one thread.
 */
final class LineFields {
    private final WriteFields write = new WriteFields();
    private @Nullable String idempotencyKey;
    private @Nullable String actor;

    void clear() {
        write.clear();
        idempotencyKey = null;
        actor = null;
    }

    /** Takes the member if it is one of these; says whether it did. */
    boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "idempotencyKey" -> idempotencyKey = json.isNull() ? null : Names.check(json.text(), json.pointer());
            case "actor" -> actor = json.isNull() ? null : Names.check(json.text(), json.pointer());
            default -> {
                return write.take(name, json);
            }
        }
        return true;
    }

    WriteFields write() {
        return write;
    }

    @Nullable
    String idempotencyKey() {
        return idempotencyKey;
    }

    /** {@code base} with what the line says of itself; who the header says acts, acts. */
    WriteOptions options(WriteOptions base) {
        WriteOptions options = actor == null || base.actor() != null ? base : base.withActor(actor);
        Expect expect = write.expect();
        if (expect != null) {
            options = options.withExpect(expect);
        }
        return write.occurredAt() == null ? options : options.withOccurredAt(write.occurredAt());
    }
}
