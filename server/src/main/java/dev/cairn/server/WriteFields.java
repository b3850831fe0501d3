package dev.cairn.server;

import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The members that every write's body may carry: what the caller expects, and the caller's own time.
 *
 * <p>Threading: one thread.
 */
final class WriteFields {
    private @Nullable Instant occurredAt;
    private @Nullable Expect expect;

    /** Those of a body that holds nothing else, or is empty. */
    static WriteFields of(byte[] body) throws IOException {
        WriteFields fields = new WriteFields();
        if (body.length > 0) {
            try (JsonReader json = JsonReader.object(body, 0, body.length)) {
                for (String name = json.next(); name != null; name = json.next()) {
                    if (!fields.take(name, json)) {
                        throw json.unknown();
                    }
                }
            }
        }
        return fields;
    }

    void clear() {
        occurredAt = null;
        expect = null;
    }

    /** Takes the member if it is one of these; says whether it did. */
    boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "occurredAt" -> occurredAt = json.isNull() ? null : json.time();
            case "expectedVersion" -> expectVersion(json);
            case "expectedRevision" -> expectRevision(json);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void expectVersion(JsonReader json) throws IOException {
        if (json.isNull()) {
            throw new InvalidRequestException("expected an expectation, was null", json.pointer());
        }
        expectOnce(
                json.isNumber()
                        ? Expect.version(json.number(1, Long.MAX_VALUE))
                        : Expect.parse(json.text(), json.pointer()),
                json);
    }

    private void expectRevision(JsonReader json) throws IOException {
        if (json.isNull()) {
            throw new InvalidRequestException("expected an expectation, was null", json.pointer());
        }
        // −1 is what an entity that does not exist shows as its revision.
        long revision = json.number(-1, Long.MAX_VALUE);
        expectOnce(revision < 0 ? Expect.none() : Expect.revision(revision), json);
    }

    private void expectOnce(Expect value, JsonReader json) {
        if (expect != null) {
            throw new InvalidRequestException(
                    "expected expectedVersion or expectedRevision, was given both", json.pointer());
        }
        expect = value;
    }

    @Nullable
    Instant occurredAt() {
        return occurredAt;
    }

    /** What the body expects; null when it says nothing. */
    @Nullable
    Expect expect() {
        return expect;
    }
}
