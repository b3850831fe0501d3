package dev.cairn;

import dev.cairn.run.RunMode;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a Cairn is opened. Immutable; made by {@link #builder()}, which validates.
 *
 * <p>Threading: immutable; the builder belongs to one thread.
 */
public final class CairnOptions {
    /** The largest document, in bytes: 16 MiB of payload and room for its frames. */
    public static final int DOCUMENT_BYTES_MAX = 17 << 20;

    private final Ack ack;
    private final int segmentBytesMax;
    private final Duration segmentAgeMax;
    private final long segmentRecordsMax;
    private final int forceIntervalMillis;
    private final int unforcedRecordsMax;
    private final long unforcedBytesMax;
    private final int inlineBytesMax;
    private final int imageInterval;
    private final int jsonBytesMax;
    private final int messageBytesMax;
    private final RunMode runMode;
    private final long operationsMin;
    private final boolean projection;
    private final long projectionLagMax;
    private final int recentRecordsMax;
    private final int recentBytesMax;
    private final boolean readOnly;
    private final boolean useCheckpoint;
    private final boolean scrub;
    private final @Nullable UUID identity;
    private final @Nullable String acceptDataLoss;
    private final Clock clock;
    private final Progress progress;

    private CairnOptions(Builder builder) {
        ack = builder.ack;
        segmentBytesMax = builder.segmentBytesMax;
        segmentAgeMax = builder.segmentAgeMax;
        segmentRecordsMax = builder.segmentRecordsMax;
        forceIntervalMillis = builder.forceIntervalMillis;
        unforcedRecordsMax = builder.unforcedRecordsMax;
        unforcedBytesMax = builder.unforcedBytesMax;
        inlineBytesMax = builder.inlineBytesMax;
        imageInterval = builder.imageInterval;
        jsonBytesMax = builder.jsonBytesMax;
        messageBytesMax = builder.messageBytesMax;
        runMode = builder.runMode;
        operationsMin = builder.operationsMin;
        projection = builder.projection;
        projectionLagMax = builder.projectionLagMax;
        recentRecordsMax = builder.recentRecordsMax;
        recentBytesMax = builder.recentBytesMax;
        readOnly = builder.readOnly;
        useCheckpoint = builder.useCheckpoint;
        scrub = builder.scrub;
        identity = builder.identity;
        acceptDataLoss = builder.acceptDataLoss;
        clock = builder.clock;
        progress = builder.progress;
    }

    public static CairnOptions defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** When a write that does not say is acknowledged. Default: {@link Ack#ACCEPTED}. */
    public Ack ack() {
        return ack;
    }

    /** A segment is left before it outgrows this. 1 MiB to 1 GiB; default 64 MiB. */
    public int segmentBytesMax() {
        return segmentBytesMax;
    }

    /** A segment is left when its first record is older than this. Default 24 h. */
    public Duration segmentAgeMax() {
        return segmentAgeMax;
    }

    /** A segment is left when it holds this many records. Default {@link Long#MAX_VALUE}: off. */
    public long segmentRecordsMax() {
        return segmentRecordsMax;
    }

    /** Accepted records are forced within about this time. 1 to 60,000; default 5. */
    public int forceIntervalMillis() {
        return forceIntervalMillis;
    }

    /** Appends wait while this many records are not yet durable. 1 to 2^30; default 2^20. */
    public int unforcedRecordsMax() {
        return unforcedRecordsMax;
    }

    /** Appends wait while this many bytes are not yet durable. Default 256 MiB. */
    public long unforcedBytesMax() {
        return unforcedBytesMax;
    }

    /** Larger entities are kept in the log alone, not in the state store. 64 B to 64 KiB; default 4 KiB. */
    public int inlineBytesMax() {
        return inlineBytesMax;
    }

    /** Every so manieth version of an entity carries its full value. 2 to 1,024; default 16. */
    public int imageInterval() {
        return imageInterval;
    }

    /** The largest JSON value of a task or a record. 1 KiB to 16 MiB; default 1 MiB. */
    public int jsonBytesMax() {
        return jsonBytesMax;
    }

    /** The largest message of a session, as JSON. 1 KiB to 16 MiB; default 16 MiB. */
    public int messageBytesMax() {
        return messageBytesMax;
    }

    /** How snapshots of runs are stored. Default {@link RunMode#OPTIMISED}. */
    public RunMode runMode() {
        return runMode;
    }

    /** Operations of the last so many are remembered. Default 1,000,000. */
    public long operationsMin() {
        return operationsMin;
    }

    /** Whether the SQLite projection is kept; without it, lists and counts are refused. Default true. */
    public boolean projection() {
        return projection;
    }

    /** Appends wait while the projection is this many records behind. Default 50,000,000. */
    public long projectionLagMax() {
        return projectionLagMax;
    }

    /** The newest records that are kept in memory, at most; 0 keeps none. Up to 1,000,000; default 10,000. */
    public int recentRecordsMax() {
        return recentRecordsMax;
    }

    /** Memory for the newest records, rounded down to a power of two. 64 KiB to 1 GiB; default 8 MiB. */
    public int recentBytesMax() {
        return recentBytesMax;
    }

    /** Whether the directory is only read; writes are refused. Default false. */
    public boolean readOnly() {
        return readOnly;
    }

    /** Whether opening starts with a checkpoint of the state; without, the whole log is replayed. Default true. */
    public boolean useCheckpoint() {
        return useCheckpoint;
    }

    /**
     * Whether the sealed segments are read through once after opening, in the background: then damage is known, and the tasks
     * that it concerns say so. Default true.
     */
    public boolean scrub() {
        return scrub;
    }

    /** The identity that the directory must have; null for any, or a new directory. */
    public @Nullable UUID identity() {
        return identity;
    }

    /** The id of a data loss, as the refusal to open printed it, that is accepted; null for none. */
    public @Nullable String acceptDataLoss() {
        return acceptDataLoss;
    }

    /** The clock of {@code at}. Default: the system's. */
    public Clock clock() {
        return clock;
    }

    /** Is told of long work while opening. */
    public Progress progress() {
        return progress;
    }

    /** Fills a {@link CairnOptions}; every setter checks its range. */
    public static final class Builder {
        private Ack ack = Ack.ACCEPTED;
        private int segmentBytesMax = 64 << 20;
        private Duration segmentAgeMax = Duration.ofHours(24);
        private long segmentRecordsMax = Long.MAX_VALUE;
        private int forceIntervalMillis = 5;
        private int unforcedRecordsMax = 1 << 20;
        private long unforcedBytesMax = 256L << 20;
        private int inlineBytesMax = 4 << 10;
        private int imageInterval = 16;
        private int jsonBytesMax = 1 << 20;
        private int messageBytesMax = 16 << 20;
        private RunMode runMode = RunMode.OPTIMISED;
        private long operationsMin = 1_000_000;
        private boolean projection = true;
        private long projectionLagMax = 50_000_000;
        private int recentRecordsMax = 10_000;
        private int recentBytesMax = 8 << 20;
        private boolean readOnly;
        private boolean useCheckpoint = true;
        private boolean scrub = true;
        private @Nullable UUID identity;
        private @Nullable String acceptDataLoss;
        private Clock clock = Clock.systemUTC();
        private Progress progress = Progress.NONE;

        private Builder() {}

        public Builder ack(Ack value) {
            ack = Objects.requireNonNull(value);
            return this;
        }

        public Builder segmentBytesMax(int value) {
            segmentBytesMax = (int) inRange("segmentBytesMax", value, 1 << 20, 1 << 30);
            return this;
        }

        public Builder segmentAgeMax(Duration value) {
            inRange("segmentAgeMax (ms)", value.toMillis(), 1, Long.MAX_VALUE);
            segmentAgeMax = value;
            return this;
        }

        public Builder segmentRecordsMax(long value) {
            segmentRecordsMax = inRange("segmentRecordsMax", value, 1, Long.MAX_VALUE);
            return this;
        }

        public Builder forceIntervalMillis(int value) {
            forceIntervalMillis = (int) inRange("forceIntervalMillis", value, 1, 60_000);
            return this;
        }

        public Builder unforcedRecordsMax(int value) {
            unforcedRecordsMax = (int) inRange("unforcedRecordsMax", value, 1, 1 << 30);
            return this;
        }

        public Builder unforcedBytesMax(long value) {
            unforcedBytesMax = inRange("unforcedBytesMax", value, 1 << 10, Long.MAX_VALUE);
            return this;
        }

        public Builder inlineBytesMax(int value) {
            inlineBytesMax = (int) inRange("inlineBytesMax", value, 64, 64 << 10);
            return this;
        }

        public Builder imageInterval(int value) {
            imageInterval = (int) inRange("imageInterval", value, 2, 1_024);
            return this;
        }

        public Builder jsonBytesMax(int value) {
            jsonBytesMax = (int) inRange("jsonBytesMax", value, 1 << 10, 16 << 20);
            return this;
        }

        public Builder messageBytesMax(int value) {
            messageBytesMax = (int) inRange("messageBytesMax", value, 1 << 10, 16 << 20);
            return this;
        }

        public Builder runMode(RunMode value) {
            runMode = Objects.requireNonNull(value);
            return this;
        }

        public Builder operationsMin(long value) {
            operationsMin = inRange("operationsMin", value, 1, 1L << 40);
            return this;
        }

        public Builder projection(boolean value) {
            projection = value;
            return this;
        }

        public Builder projectionLagMax(long value) {
            projectionLagMax = inRange("projectionLagMax", value, 1, Long.MAX_VALUE);
            return this;
        }

        public Builder recentRecordsMax(int value) {
            recentRecordsMax = (int) inRange("recentRecordsMax", value, 0, 1_000_000);
            return this;
        }

        public Builder recentBytesMax(int value) {
            recentBytesMax = (int) inRange("recentBytesMax", value, 64 << 10, 1 << 30);
            return this;
        }

        public Builder readOnly(boolean value) {
            readOnly = value;
            return this;
        }

        public Builder useCheckpoint(boolean value) {
            useCheckpoint = value;
            return this;
        }

        public Builder scrub(boolean value) {
            scrub = value;
            return this;
        }

        public Builder identity(@Nullable UUID value) {
            identity = value;
            return this;
        }

        public Builder acceptDataLoss(@Nullable String value) {
            acceptDataLoss = value;
            return this;
        }

        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value);
            return this;
        }

        public Builder progress(Progress value) {
            progress = Objects.requireNonNull(value);
            return this;
        }

        public CairnOptions build() {
            return new CairnOptions(this);
        }

        private static long inRange(String name, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "expected " + name + " from " + min + " to " + max + ", was " + value);
            }
            return value;
        }
    }
}
