package dev.cairn.server;

import dev.cairn.Ack;
import java.time.Duration;
import java.util.Objects;

/**
 * How the HTTP server listens and what it accepts. Immutable; made by {@link #builder()}, which validates.
 *
 * <p>Threading: immutable; the builder belongs to one thread.
 */
public final class ServerOptions {
    private final String host;
    private final int port;
    private final Ack ack;
    private final int jsonBytesMax;
    private final int messageBytesMax;
    private final int headerBytesMax;
    private final int threadsMax;
    private final int waitersMax;
    private final int tailsMax;
    private final Duration consumerSession;
    private final Duration heartbeatInterval;
    private final Duration idleTimeout;
    private final Duration drainTimeout;

    private ServerOptions(Builder builder) {
        host = builder.host;
        port = builder.port;
        ack = builder.ack;
        jsonBytesMax = builder.jsonBytesMax;
        messageBytesMax = builder.messageBytesMax;
        headerBytesMax = builder.headerBytesMax;
        threadsMax = builder.threadsMax;
        waitersMax = builder.waitersMax;
        tailsMax = builder.tailsMax;
        consumerSession = builder.consumerSession;
        heartbeatInterval = builder.heartbeatInterval;
        idleTimeout = builder.idleTimeout;
        drainTimeout = builder.drainTimeout;
    }

    public static ServerOptions defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Address to listen on. Default {@code 127.0.0.1}: this machine alone. */
    public String host() {
        return host;
    }

    /** Port to listen on, 0 for any free one. Default 7070. */
    public int port() {
        return port;
    }

    /** When a write that does not say is acknowledged. Default: {@link Ack#DURABLE}. */
    public Ack ack() {
        return ack;
    }

    /** The largest JSON body, and the largest line of NDJSON. 1 KiB to 16 MiB; default 1 MiB. */
    public int jsonBytesMax() {
        return jsonBytesMax;
    }

    /** The largest body, and the largest line of NDJSON, that is a message of a session. 1 KiB to 16 MiB; default 16 MiB. */
    public int messageBytesMax() {
        return messageBytesMax;
    }

    /** The largest request line and headers together. 1 KiB to 64 KiB; default 8 KiB. */
    public int headerBytesMax() {
        return headerBytesMax;
    }

    /**
     * Requests that run at the same time, tails not counted; a quarter of them may be batches and bodies above 16 KiB that are still
     * to come. From Java 25 on neither is limited. 16 to 10,000; default 200.
     */
    public int threadsMax() {
        return threadsMax;
    }

    /** Requests that wait at the same time for a change, a record, an offset or a lease. From 1; default 128. */
    public int waitersMax() {
        return waitersMax;
    }

    /** Tails that are open at the same time. From 1; default 1,000. */
    public int tailsMax() {
        return tailsMax;
    }

    /** A consumer group stays with a reader that names itself for so long after its last request. Up to 1 h; default 10 s. */
    public Duration consumerSession() {
        return consumerSession;
    }

    /** A tail that has nothing to say says so this often. 10 ms to 1 h; default 15 s. */
    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    /** A connection that neither reads nor writes is closed after this. 100 ms to 1 h; default 30 s. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * How long closing waits for running requests; a connection that is silent for a twentieth of it is closed. Up to 1 h;
     * default 10 s.
     */
    public Duration drainTimeout() {
        return drainTimeout;
    }

    /** Fills a {@link ServerOptions}; every setter checks its range. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 7070;
        private Ack ack = Ack.DURABLE;
        private int jsonBytesMax = 1 << 20;
        private int messageBytesMax = 16 << 20;
        private int headerBytesMax = 8 << 10;
        private int threadsMax = 200;
        private int waitersMax = 128;
        private int tailsMax = 1_000;
        private Duration consumerSession = Duration.ofSeconds(10);
        private Duration heartbeatInterval = Duration.ofSeconds(15);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private Duration drainTimeout = Duration.ofSeconds(10);

        private Builder() {}

        public Builder host(String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException("expected a host, was blank");
            }
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = inRange("port", value, 0, 65_535);
            return this;
        }

        public Builder ack(Ack value) {
            ack = Objects.requireNonNull(value);
            return this;
        }

        public Builder jsonBytesMax(int value) {
            jsonBytesMax = inRange("jsonBytesMax", value, 1 << 10, 16 << 20);
            return this;
        }

        public Builder messageBytesMax(int value) {
            messageBytesMax = inRange("messageBytesMax", value, 1 << 10, 16 << 20);
            return this;
        }

        public Builder headerBytesMax(int value) {
            headerBytesMax = inRange("headerBytesMax", value, 1 << 10, 64 << 10);
            return this;
        }

        public Builder threadsMax(int value) {
            threadsMax = inRange("threadsMax", value, 16, 10_000);
            return this;
        }

        public Builder waitersMax(int value) {
            waitersMax = inRange("waitersMax", value, 1, Integer.MAX_VALUE);
            return this;
        }

        public Builder tailsMax(int value) {
            tailsMax = inRange("tailsMax", value, 1, Integer.MAX_VALUE);
            return this;
        }

        public Builder consumerSession(Duration value) {
            consumerSession = inRange("consumerSession", value, 0);
            return this;
        }

        public Builder heartbeatInterval(Duration value) {
            heartbeatInterval = inRange("heartbeatInterval", value, 10);
            return this;
        }

        public Builder idleTimeout(Duration value) {
            idleTimeout = inRange("idleTimeout", value, 100);
            return this;
        }

        public Builder drainTimeout(Duration value) {
            drainTimeout = inRange("drainTimeout", value, 0);
            return this;
        }

        public ServerOptions build() {
            return new ServerOptions(this);
        }

        private static int inRange(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "expected " + name + " from " + min + " to " + max + ", was " + value);
            }
            return value;
        }

        private static Duration inRange(String name, Duration value, long minMillis) {
            if (value.toMillis() < minMillis || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(
                        "expected " + name + " from " + minMillis + " ms to 1 h, was " + value);
            }
            return value;
        }
    }
}
