package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import dev.cairn.decision.Decision;
import dev.cairn.decision.NewDecision;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decisions as JSON.
 *
 * <p>Threading: stateless.
 */
final class DecisionJson {
    private DecisionJson() {}

    static void write(JsonGenerator json, Decision decision) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", decision.id());
        json.writeNumberField("offset", decision.offset());
        json.writeStringField("at", Times.format(decision.at()));
        Instant occurredAt = decision.occurredAt();
        if (occurredAt != null) {
            json.writeStringField("occurredAt", Times.format(occurredAt));
        }
        json.writeStringField("agent", decision.agent());
        json.writeStringField("task", decision.task());
        json.writeStringField("title", decision.title());
        json.writeStringField("context", decision.context());
        json.writeStringField("decision", decision.decision());
        json.writeStringField("rationale", decision.rationale());
        json.writeArrayFieldStart("alternatives");
        for (String alternative : decision.alternatives()) {
            json.writeString(alternative);
        }
        json.writeEndArray();
        json.writeNumberField("version", decision.version());
        json.writeNumberField("revision", decision.revision());
        if (decision.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    /**
     * The members of a decision in a request, in whatever order they come.
     *
     * <p>Threading: one thread.
     */
    static final class Fields {
        static final Set<String> NAMES =
                Set.of("id", "agent", "task", "title", "context", "decision", "rationale", "alternatives");

        private @Nullable String id;
        private @Nullable String agent;
        private @Nullable String task;
        private @Nullable String title;
        private @Nullable String context;
        private @Nullable String decision;
        private @Nullable String rationale;
        private List<String> alternatives = List.of();

        /** Takes the member if it is one of these; says whether it did. Null is as good as nothing. */
        boolean take(String name, JsonReader json) throws IOException {
            switch (name) {
                case "id" -> id = json.textOrNull();
                case "agent" -> agent = json.textOrNull();
                case "task" -> task = json.textOrNull();
                case "title" -> title = json.textOrNull();
                case "context" -> context = json.textOrNull();
                case "decision" -> decision = json.textOrNull();
                case "rationale" -> rationale = json.textOrNull();
                case "alternatives" -> alternatives = json.isNull() ? List.of() : json.textOrTexts();
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Nullable
        String id() {
            return id;
        }

        NewDecision newDecision(String newId) {
            return new NewDecision(
                    newId,
                    required(agent, "agent"),
                    task,
                    required(title, "title"),
                    context,
                    required(decision, "decision"),
                    rationale,
                    alternatives);
        }

        private static String required(@Nullable String value, String name) {
            if (value == null) {
                throw new InvalidRequestException("expected a member " + name + ", was none", JsonReader.pointer(name));
            }
            return value;
        }
    }
}
