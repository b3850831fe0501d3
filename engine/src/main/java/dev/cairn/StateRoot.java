package dev.cairn;

import java.util.Map;

/**
 * A digest of the current state: equal state gives equal digests, whatever the order or the time of the writes.
 *
 * <p>Each kind's digest is the sum modulo 2^128 of the SHA-256/128 of its entities' content (key, version and value,
 * without the log's own offsets and times), so that the same input imported into two directories can be compared.
 *
 * @param offset the last record included, −1 for none
 * @param kinds for each kind that has entities, its name and 32 hexadecimal digits
 */
public record StateRoot(long offset, Map<String, String> kinds) {
    public StateRoot {
        kinds = Map.copyOf(kinds);
    }
}
