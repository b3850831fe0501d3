package dev.cairn.harness;

import dev.cairn.harness.Workload.Kind;
import dev.cairn.harness.Workload.Work;

/**
 * The payload, as the log renders it, of the record that a write makes.
 *
 * <p>Threading: stateless.
 */
final class Expected {
    private Expected() {}

    /** @throws AssertionError when that write cannot make a record of {@code type} */
    static String payload(Work work, String type) {
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
        }
        throw new AssertionError("expected a record of " + work + ", was " + type);
    }
}
