package dev.cairn;

/** The named entity does not exist (any more). */
public final class NotFoundException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final String key;

    public NotFoundException(String topic, String key) {
        super("not_found", "expected " + topic + " " + key + " to exist, was not found");
        this.topic = topic;
        this.key = key;
    }

    /** What kind of thing was looked for. */
    public String topic() {
        return topic;
    }

    /** Its id. */
    public String key() {
        return key;
    }
}
