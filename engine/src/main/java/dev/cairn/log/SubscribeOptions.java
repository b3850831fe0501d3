package dev.cairn.log;

/**
 * What a subscription delivers.
 *
 * @param from where it starts
 * @param filter which records
 * @param accepted whether records are delivered as soon as they are accepted, before they are durable; after a power cut such
 *     a subscriber may have seen records that the log has lost
 */
public record SubscribeOptions(From from, LogFilter filter, boolean accepted) {
    public static SubscribeOptions from(From from) {
        return new SubscribeOptions(from, LogFilter.all(), false);
    }

    public SubscribeOptions withFilter(LogFilter value) {
        return new SubscribeOptions(from, value, accepted);
    }

    public SubscribeOptions withAccepted(boolean value) {
        return new SubscribeOptions(from, filter, value);
    }
}
