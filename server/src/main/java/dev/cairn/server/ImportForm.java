package dev.cairn.server;

import dev.cairn.Write;
import dev.cairn.imports.ImportWrites;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines that say how far an input has been taken in.
 *
 * <p>Threading: one thread.
 */
final class ImportForm implements LineForm {
    private static final Map<BatchOp, Set<String>> OPS = Map.of(BatchOp.PROGRESS, Set.of("source", "rows"));

    private @Nullable String source;
    private @Nullable Long rows;

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        source = null;
        rows = null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        switch (name) {
            case "source" -> source = json.text();
            case "rows" -> rows = json.number(0, Long.MAX_VALUE);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public Write write(BatchOp op) {
        Long count = rows;
        if (count == null) {
            throw LineForm.missing("rows");
        }
        return ImportWrites.advance(LineForm.given(source, "source"), count);
    }
}
