package dev.cairn.harness;

import dev.cairn.harness.Workload.Kind;
import dev.cairn.harness.Workload.Work;
import org.jspecify.annotations.Nullable;

/**
 * The payload, as the log renders it, of the record that a write makes.
 *
 * <p>Threading: stateless.
 */
final class Expected {
    private Expected() {}

    /**
     * Null where it says more than the write does, and is not compared.
     *
     * @throws AssertionError when that write cannot make a record of {@code type}
     */
    static @Nullable String payload(Work work, String type) {
        Kind kind = work.kind();
        if (type.equals("created") && (kind == Kind.CREATE || kind == Kind.UPSERT)) {
            return "{\"status\":\"pending\",\"owner\":null,\"queue\":\"default\",\"priority\":0,\"metadata\":"
                    + work.json() + "}";
        } else if (type.equals("patched") && (kind == Kind.PATCH || kind == Kind.UPSERT)) {
            return "{\"metadata\":" + work.json() + "}";
        } else if (type.equals("patched") && kind == Kind.STATUS) {
            return "{\"status\":\"" + work.status() + "\"}";
        } else if (type.equals("deleted") && kind == Kind.DELETE) {
            return "{}";
        } else if (type.equals("record") && kind == Kind.APPEND) {
            return work.json();
        } else if (type.equals("appended") && kind == Kind.SAY) {
            return work.message();
        } else if (type.equals("saved") && kind == Kind.SAVE
                || type.equals("granted") && kind == Kind.TAKE
                || type.equals("revoked") && kind == Kind.LEAVE) {
            return null;
        }
        throw new AssertionError("expected a record of " + work + ", was " + type);
    }
}
