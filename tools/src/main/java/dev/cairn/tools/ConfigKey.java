package dev.cairn.tools;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be configured, and its default. Each key has one name in three spellings: the flag {@code --segment-bytes-max},
 * the environment variable {@code CAIRN_SEGMENT_BYTES_MAX}, and {@code segment-bytes-max} in the configuration file.
 *
 * <p>Threading: immutable.
 */
enum ConfigKey {
    DATA("data", null, "the data directory"),
    URL("url", null, "a running server, instead of a data directory"),
    OUTPUT("output", "text", "`text` for people or `json` for programs"),
    HOST("host", "127.0.0.1", "the address that the server listens on"),
    PORT("port", "7070", "the port that the server listens on; 0 takes a free one"),
    ACK("ack", "durable", "when the server acknowledges a write that does not say: `durable` or `accepted`"),
    WORKFLOW("workflow", null, "a workflow file, or `open`; another one than that in force is appended to the log"),
    IDENTITY("identity", null, "the only installation (a UUID) that the data directory may belong to"),
    SEGMENT_BYTES_MAX("segment-bytes-max", "64MiB", "a segment is left before it outgrows this; 1 MiB to 1 GiB"),
    SEGMENT_AGE_MAX("segment-age-max", "24h", "a segment is left when its first record is older than this"),
    SEGMENT_RECORDS_MAX("segment-records-max", "off", "a segment is left when it holds this many records"),
    FORCE_INTERVAL_MILLIS(
            "force-interval-millis", "5", "accepted records are forced within about this time; 1 to 60,000"),
    UNFORCED_RECORDS_MAX("unforced-records-max", "1048576", "writes wait while this many records are not yet durable"),
    UNFORCED_BYTES_MAX("unforced-bytes-max", "256MiB", "writes wait while this many bytes are not yet durable"),
    INLINE_BYTES_MAX("inline-bytes-max", "4KiB", "larger entities are kept in the log alone; 64 B to 64 KiB"),
    IMAGE_INTERVAL("image-interval", "16", "every so manieth version of an entity is recorded whole; 2 to 1,024"),
    JSON_BYTES_MAX("json-bytes-max", "1MiB", "the largest JSON value of a task or a record; 1 KiB to 16 MiB"),
    MESSAGE_BYTES_MAX("message-bytes-max", "16MiB", "the largest message of a session; 1 KiB to 16 MiB"),
    RUN_MODE(
            "run-mode",
            "optimised",
            "how snapshots of runs are stored: `optimised` skips, packs and stores differences, `standard` stores each whole"),
    OPERATIONS_MIN("operations-min", "1000000", "operations of at least the last so many offsets are remembered"),
    PROJECTION_LAG_MAX(
            "projection-lag-max", "50000000", "writes wait while the projection is this many records behind"),
    RECENT_RECORDS_MAX("recent-records-max", "10000", "the newest records that are kept in memory; 0 keeps none"),
    RECENT_BYTES_MAX("recent-bytes-max", "8MiB", "memory for them, rounded down to a power of two; 64 KiB to 1 GiB"),
    CONSUMER_SESSION(
            "consumer-session",
            "10s",
            "a consumer group stays with a reader that names itself for so long after its last request; up to 1 h");

    private static final String FLAG_PREFIX = "--";

    private final String key;
    private final @Nullable String defaultText;
    private final String meaning;

    ConfigKey(String key, @Nullable String defaultText, String meaning) {
        this.key = key;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** The name in a configuration file. */
    String key() {
        return key;
    }

    String flag() {
        return FLAG_PREFIX + key;
    }

    String variable() {
        return "CAIRN_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The value when nobody says otherwise, in the form that a flag takes; null for none. */
    @Nullable
    String defaultText() {
        return defaultText;
    }

    String meaning() {
        return meaning;
    }

    static Optional<ConfigKey> ofFlag(String flag) {
        return Arrays.stream(values()).filter(key -> key.flag().equals(flag)).findFirst();
    }

    static Optional<ConfigKey> ofKey(String name) {
        return Arrays.stream(values()).filter(key -> key.key.equals(name)).findFirst();
    }
}
