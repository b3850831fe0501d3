package dev.cairn.server;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.cairn.Write;
import dev.cairn.decision.DecisionWrites;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * Lines about decisions. As over the route of their own, one without an id gets one.
 *
 * <p>Threading: one thread.
 */
final class DecisionForm implements LineForm {
    private static final Map<BatchOp, Set<String>> OPS =
            Map.of(BatchOp.APPEND, DecisionJson.Fields.NAMES, BatchOp.CHECK, Set.of("id"));

    private DecisionJson.Fields fields = new DecisionJson.Fields();

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        fields = new DecisionJson.Fields();
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        return fields.take(name, json);
    }

    @Override
    public Write write(BatchOp op) {
        String given = fields.id();
        if (op == BatchOp.CHECK) {
            return DecisionWrites.check(LineForm.given(given, "id"));
        }
        String id = given == null ? UuidCreator.getTimeOrderedEpoch().toString() : given;
        return DecisionWrites.append(fields.newDecision(id));
    }
}
