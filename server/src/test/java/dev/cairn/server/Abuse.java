package dev.cairn.server;

import java.util.Random;
import java.util.Set;

/**
 * What a client can do wrong, and what it must be told. Each names the statuses that may be the answer; some may find the
 * connection closed instead, because the server could not make out a request, or closed while they were still sending.
 *
 * <p>Threading: immutable; the random source belongs to the caller.
 */
enum Abuse {
    SLOW_HEADERS(Manner.CLOSED, Set.of(), SlowAbuse::headers),
    SLOW_BODY(Manner.ANSWERED, Set.of(408), SlowAbuse::body),
    LYING_LENGTH(Manner.MAY_BE_CLOSED, Set.of(400, 408, 413), LengthAbuse::lie),
    OVERSIZED_BODY(Manner.MAY_BE_CLOSED, Set.of(413), LengthAbuse::oversize),
    DEEP_JSON(Manner.ANSWERED, Set.of(400), TextAbuse::deepJson),
    INVALID_UTF8(Manner.ANSWERED, Set.of(400), TextAbuse::invalidUtf8),
    HUGE_HEADERS(Manner.MAY_BE_CLOSED, Set.of(431), TextAbuse::hugeHeaders),
    HUGE_REQUEST_LINE(Manner.MAY_BE_CLOSED, Set.of(414), TextAbuse::hugeRequestLine),
    PATH_TRAVERSAL(Manner.ANSWERED, Set.of(400, 404, 405), TextAbuse::traversal),
    ODD_REQUEST(Manner.ANSWERED, Set.of(400, 404, 405, 415), OddAbuse::ask),
    GARBAGE(Manner.MAY_BE_CLOSED, Set.of(400, 414, 431), TextAbuse::garbage),
    HALF_CLOSED(Manner.MAY_BE_CLOSED, Set.of(400), SocketAbuse::halfClose),
    RESET_REQUEST(Manner.LEAVES, Set.of(), SocketAbuse::resetRequest),
    RESET_ANSWER(Manner.LEAVES, Set.of(), SocketAbuse::resetAnswer),
    RESET_TAIL(Manner.LEAVES, Set.of(), SocketAbuse::resetTail),
    ABANDONED_WAIT(Manner.LEAVES, Set.of(), SocketAbuse::abandonWait);

    /** How it ends. */
    enum Manner {
        /** Each is answered. */
        ANSWERED,
        /** Each is answered, or finds its connection closed. */
        MAY_BE_CLOSED,
        /** Each finds its connection closed: nothing was asked yet that could be answered. */
        CLOSED,
        /** The client goes without looking for an answer. */
        LEAVES
    }

    /** Does it once, on a connection of its own. */
    @FunctionalInterface
    interface Attack {
        void run(RawSocket socket, Random random) throws Exception;
    }

    private final Manner manner;
    private final Set<Integer> statuses;
    private final Attack attack;

    Abuse(Manner manner, Set<Integer> statuses, Attack attack) {
        this.manner = manner;
        this.statuses = statuses;
        this.attack = attack;
    }

    Manner manner() {
        return manner;
    }

    Set<Integer> statuses() {
        return statuses;
    }

    void attack(RawSocket socket, Random random) throws Exception {
        attack.run(socket, random);
    }
}
