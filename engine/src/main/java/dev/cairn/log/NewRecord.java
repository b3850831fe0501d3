package dev.cairn.log;

/**
 * A record to append to a topic of the user's own.
 *
 * @param topic 1–512 bytes of UTF-8, not the name of a built-in topic
 * @param key what the record is about, 1–512 bytes of UTF-8
 * @param type what happened, 1–255 bytes of UTF-8
 * @param payload any JSON value
 */
public record NewRecord(String topic, String key, String type, String payload) {
    /** The type of a record that was given none. */
    public static final String DEFAULT_TYPE = "record";

    public static NewRecord of(String topic, String key, String payload) {
        return new NewRecord(topic, key, DEFAULT_TYPE, payload);
    }

    public NewRecord withType(String value) {
        return new NewRecord(topic, key, value, payload);
    }
}
