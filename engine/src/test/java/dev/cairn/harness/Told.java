package dev.cairn.harness;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a child tells its parent through a pipe. One that was cut off by a kill is no message.
 *
 * <p>Threading: immutable; reading and writing on one thread at a time.
 */
public sealed interface Told {
    /** Where a child is. */
    enum Place {
        STARTED,
        OPENING,
        OPENED,
        CHECKED,
        ROLLED,
        REBUILDING,
        CLOSING,
        CLOSED
    }

    /** How a write ended. */
    enum Level {
        /** Nothing was written. */
        REFUSED,
        /** Not known, and not asked for again. */
        ABANDONED,
        ACCEPTED,
        DURABLE
    }

    /** The child has come to {@code place}. */
    record At(Place place) implements Told {}

    /**
     * A write has ended.
     *
     * @param replayed whether it was done before
     * @param nanos when, by {@link System#nanoTime}, which all processes of a machine share
     */
    record Ended(long number, Level level, int epoch, long offset, long version, boolean replayed, long nanos)
            implements Told {}

    /** What the engine says of an operation; {@code offset} is −1 if it does not know it. */
    record Outcome(long number, long offset, long version) implements Told {}

    /**
     * A record of the log, by the digest of its payload.
     *
     * @param number the write that made it, −1 for the engine's own
     */
    record Seen(
            long offset,
            int epoch,
            long version,
            long prev,
            long number,
            String topic,
            String key,
            String type,
            long payload)
            implements Told {}

    /** The log says that offsets from {@code from} on were lost and that it goes on at {@code resume}. */
    record Gap(long from, long resume) implements Told {}

    /** A task as it is; {@code status} is empty if there is none. */
    record TaskIs(String key, String status, long version, long revision, long metadata) implements Told {}

    /**
     * Something else as it is: of a session how many messages it has and the offset of the last, of a lease the token and the
     * write of its holder, of a snapshot the digest of its state and its offset; zeros if it is not there.
     */
    record Found(String topic, String key, long first, long second) implements Told {}

    /** State roots that must be equal: live, replayed (or live again), and of the tasks that of the projection. */
    record Roots(String live, String replayed, String projection) implements Told {}

    /** The child cannot go on. */
    record Failed(String why) implements Told {}

    /** A digest of text. */
    static long digest(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = hash * 0x5851_F42D_4C95_7F2DL + text.charAt(i) + 1;
        }
        return hash;
    }

    default void write(DataOutputStream out) throws IOException {
        if (this instanceof At at) {
            out.writeByte('@');
            out.writeByte(at.place.ordinal());
        } else if (this instanceof Ended ended) {
            out.writeByte('E');
            out.writeLong(ended.number);
            out.writeByte(ended.level.ordinal());
            out.writeInt(ended.epoch);
            out.writeLong(ended.offset);
            out.writeLong(ended.version);
            out.writeBoolean(ended.replayed);
            out.writeLong(ended.nanos);
        } else if (this instanceof Outcome outcome) {
            out.writeByte('O');
            out.writeLong(outcome.number);
            out.writeLong(outcome.offset);
            out.writeLong(outcome.version);
        } else if (this instanceof Seen seen) {
            out.writeByte('S');
            writeSeen(seen, out);
        } else if (this instanceof Gap gap) {
            out.writeByte('G');
            out.writeLong(gap.from);
            out.writeLong(gap.resume);
        } else if (this instanceof TaskIs task) {
            out.writeByte('T');
            out.writeUTF(task.key);
            out.writeUTF(task.status);
            out.writeLong(task.version);
            out.writeLong(task.revision);
            out.writeLong(task.metadata);
        } else if (this instanceof Found found) {
            out.writeByte('K');
            out.writeUTF(found.topic);
            out.writeUTF(found.key);
            out.writeLong(found.first);
            out.writeLong(found.second);
        } else if (this instanceof Roots roots) {
            out.writeByte('R');
            out.writeUTF(roots.live);
            out.writeUTF(roots.replayed);
            out.writeUTF(roots.projection);
        } else if (this instanceof Failed failed) {
            out.writeByte('F');
            out.writeUTF(failed.why);
        }
    }

    private static void writeSeen(Seen seen, DataOutputStream out) throws IOException {
        out.writeLong(seen.offset);
        out.writeInt(seen.epoch);
        out.writeLong(seen.version);
        out.writeLong(seen.prev);
        out.writeLong(seen.number);
        out.writeUTF(seen.topic);
        out.writeUTF(seen.key);
        out.writeUTF(seen.type);
        out.writeLong(seen.payload);
    }

    /** The next message, or null when there is no whole one any more. */
    static @Nullable Told read(DataInputStream in) throws IOException {
        try {
            int what = in.readUnsignedByte();
            return switch (what) {
                case '@' -> new At(Place.values()[in.readUnsignedByte()]);
                case 'E' ->
                    new Ended(
                            in.readLong(),
                            Level.values()[in.readUnsignedByte()],
                            in.readInt(),
                            in.readLong(),
                            in.readLong(),
                            in.readBoolean(),
                            in.readLong());
                case 'O' -> new Outcome(in.readLong(), in.readLong(), in.readLong());
                case 'S' ->
                    new Seen(
                            in.readLong(),
                            in.readInt(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readUTF(),
                            in.readUTF(),
                            in.readUTF(),
                            in.readLong());
                case 'G' -> new Gap(in.readLong(), in.readLong());
                case 'T' -> new TaskIs(in.readUTF(), in.readUTF(), in.readLong(), in.readLong(), in.readLong());
                case 'K' -> new Found(in.readUTF(), in.readUTF(), in.readLong(), in.readLong());
                case 'R' -> new Roots(in.readUTF(), in.readUTF(), in.readUTF());
                case 'F' -> new Failed(in.readUTF());
                default -> throw new IOException("expected a message of a child, was " + what);
            };
        } catch (EOFException e) {
            return null;
        }
    }
}
