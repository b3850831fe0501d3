package dev.cairn;

import java.util.List;

/**
 * Whether the engine can serve.
 *
 * @param ready whether writes and reads are served (reads only, when read-only)
 * @param reasons why not: {@code recovering}, {@code draining}, {@code failed: …}
 * @param warnings what should be looked at but stops nothing: low disk, projection lag
 */
public record Health(boolean ready, List<String> reasons, List<String> warnings) {
    public Health {
        reasons = List.copyOf(reasons);
        warnings = List.copyOf(warnings);
    }
}
