package dev.cairn.decision;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wish that a decision be made, checked for form.
 *
 * <p>Threading: immutable; {@code payload} is never written to.
 *
 * @param payload as in the event, see {@link DecisionBody}
 */
record DecisionCommand(String key, String agent, @Nullable String task, byte[] payload) implements Command {
    /** @throws InvalidRequestException with a pointer, when something is not well formed */
    static DecisionCommand of(NewDecision given) {
        NewDecision decision = checked(given);
        ByteSlab payload = new ByteSlab(512);
        DecisionBody.putPayload(decision, payload);
        return new DecisionCommand(decision.id(), decision.agent(), decision.task(), payload.toByteArray());
    }

    /** What will be kept of {@code given}: without texts that say nothing. */
    static NewDecision checked(NewDecision given) {
        String id = checkId(given.id(), "/id");
        String agent = Names.check(given.agent(), "/agent");
        String task = given.task() == null ? null : Names.checkId(given.task(), "/task");
        String title = required(Names.check(given.title(), "/title"), "/title");
        String context = text(given.context(), "/context");
        String decision = required(text(given.decision(), "/decision"), "/decision");
        String rationale = text(given.rationale(), "/rationale");
        return new NewDecision(
                id, agent, task, title, context, decision, rationale, alternatives(given.alternatives()));
    }

    /** The rule for ids, with the words that the API keeps for itself. */
    static String checkId(String id, String where) {
        return Names.checkId(id, where);
    }

    private static List<String> alternatives(List<String> alternatives) {
        if (alternatives.size() > NewDecision.ALTERNATIVES_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + NewDecision.ALTERNATIVES_MAX + " alternatives, was " + alternatives.size(),
                    "/alternatives");
        }
        for (int i = 0; i < alternatives.size(); i++) {
            String where = "/alternatives/" + i;
            required(text(alternatives.get(i), where), where);
        }
        return alternatives;
    }

    private static String required(@Nullable String text, String where) {
        if (text == null || text.isBlank()) {
            throw new InvalidRequestException("expected a text, was none", where);
        }
        return text;
    }

    private static @Nullable String text(@Nullable String text, String where) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidRequestException("expected well-formed text, was an unpaired surrogate", where);
        }
        return text;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putBytes(payload, 0, payload.length);
    }
}
