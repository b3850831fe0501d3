package dev.cairn.session;

import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sessions: append messages, read them by offset and time in both directions, list sessions.
 *
 * <p>A session begins with its first message. Messages are in the order in which they were accepted, whoever appends: an
 * appender that has a receipt finds its next message behind it.
 *
 * <p>Writes throw {@link dev.cairn.ConflictException} when an expectation is not met, {@link dev.cairn.InvalidRequestException}
 * and {@link dev.cairn.TooLargeException} for bad input, {@link dev.cairn.OutOfSpaceException} on a full disk; then nothing was
 * written. Reads of messages throw {@link dev.cairn.DamagedLogException} where a record cannot be read. For many messages of which each
 * is to be accepted for itself, see {@link SessionWrites}.
 *
 * <p>Threading: any thread.
 */
public interface Sessions {
    default Receipt append(String session, NewMessage message) {
        return append(session, message, WriteOptions.defaults());
    }

    /** Appends a message; a session that does not exist begins with it. */
    Receipt append(String session, NewMessage message, WriteOptions options);

    /** Like {@link #append(String, NewMessage, WriteOptions)}; the future completes when the message is durable. */
    CompletableFuture<Receipt> appendAsync(String session, NewMessage message, WriteOptions options);

    default List<Receipt> append(String session, List<NewMessage> messages) {
        return append(session, messages, WriteOptions.defaults());
    }

    /**
     * Appends all of {@code messages} one behind another, or none. They must fit one document of {@link
     * dev.cairn.CairnOptions#DOCUMENT_BYTES_MAX}; more go in several calls, or in a {@link dev.cairn.Batch}.
     *
     * @param options the expectation is about the session before the first of them
     * @return a receipt for each, in order
     * @throws dev.cairn.BatchRefusedException with the first that is refused; nothing was written
     */
    List<Receipt> append(String session, List<NewMessage> messages, WriteOptions options);

    default Receipt delete(String session) {
        return delete(session, WriteOptions.defaults());
    }

    /**
     * Deletes the session. Its records stay in the log; a session that begins again under the id has none of its messages, and
     * goes on with the next version.
     *
     * @throws dev.cairn.NotFoundException when it does not exist
     */
    Receipt delete(String session, WriteOptions options);

    CompletableFuture<Receipt> deleteAsync(String session, WriteOptions options);

    /** The session as it is now, accepted messages included. */
    Optional<Session> get(String session);

    /** The session after the record at {@code offset}. */
    Optional<Session> getAsOf(String session, long offset);

    /** The session at a time of the log. */
    Optional<Session> getAsOf(String session, Instant time);

    /**
     * A page of messages, of at most {@link MessageQuery#PAGE_BYTES_MAX} unless a single one is larger.
     *
     * @throws dev.cairn.NotFoundException when there is no such session
     * @throws dev.cairn.GoneException when an offset of the query is below the start of the log or in a lost range
     * @throws dev.cairn.InvalidRequestException when an offset is in the future, or the cursor is none
     */
    MessagePage messages(String session, MessageQuery query);

    /**
     * All messages of the query, read page by page of {@link MessageQuery#limit} as they are asked for: the session as it is now,
     * however long that takes and whatever becomes of it meanwhile. Each iterator belongs to one thread.
     *
     * @throws dev.cairn.NotFoundException and the others of {@link #messages}
     */
    Iterable<Message> read(String session, MessageQuery query);

    /** Lists sessions from the projection. */
    SessionPage list(SessionQuery query);
}
