package dev.cairn.harness;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients write, as a function of numbers: whoever knows a write's number knows all of it, so a number is all that child and
 * parent tell each other, and all that a record must carry (as its actor) to be recognised.
 *
 * <p>A number is the client's, shifted, and a count. Numbers come in blocks of {@link #BLOCK}, blocks in groups that are written
 * together; a client goes from block to block. Some keys are its own, some are shared by all.
 *
 * <p>Threading: immutable.
 *
 * @param seed two workloads of the same seed write the same
 * @param clients how many
 * @param largeBytesMax the largest text of a record; most are small
 * @param durableEvery of so many groups one waits until it is durable; of single writes, a third of that
 * @param allKinds whether sessions, runs and leases are written too, and not only tasks and records
 */
public record Workload(long seed, int clients, int largeBytesMax, int durableEvery, boolean allKinds) {
    /** Numbers in a block. */
    public static final int BLOCK = 64;

    /** The user's topic that is appended to. */
    public static final String TOPIC = "events";

    /** What the snapshots of runs are called, for whoever counts what was written: their own records are not writes. */
    public static final String SNAPSHOTS = "run-snapshot";

    private static final int CLIENT_SHIFT = 40;
    private static final int OWN_KEYS = 48;
    private static final int SHARED_KEYS = 8;
    private static final List<String> STATUSES =
            List.of("pending", "running", "completed", "failed", "cancelled", "blocked");

    /** How the writes of a group are made. */
    public enum Mode {
        /** One after the other. */
        SINGLE,
        /** All at once, then all are waited for. */
        ASYNC,
        /** In one batch, each for itself. */
        BATCH,
        /** In one batch, all or nothing. */
        ATOMIC
    }

    /** What a write does; some are refused, as the state happens to be. */
    public enum Kind {
        CREATE,
        PATCH,
        UPSERT,
        STATUS,
        DELETE,
        APPEND,
        /** Appends a message to the session of that name. */
        SAY,
        /** Saves a snapshot of the run of that name; in single mode only, as those that follow. */
        SAVE,
        /** Takes the lease of that name if it is free. */
        TAKE,
        /** Takes the lease away from whoever has it. */
        LEAVE
    }

    /**
     * One write.
     *
     * @param mode how it is made
     * @param first the first number of its group
     * @param kind what it does
     * @param key of its task or record
     * @param status the next one, if it is about the status
     * @param partial whether a patch leaves the text of the task as it is
     * @param textBytes length of its text
     * @param durable whether it waits until it is durable
     * @param operation its operation id, or null
     * @param item its place in the operation
     */
    public record Work(
            long number,
            Mode mode,
            long first,
            Kind kind,
            String key,
            String status,
            boolean partial,
            int textBytes,
            boolean durable,
            @Nullable String operation,
            int item) {
        /** Who acts: the number, so that a record tells it. */
        public String actor() {
            return "n" + number;
        }

        /** What it says about metadata, or its payload: compact JSON. */
        public String json() {
            return kind == Kind.PATCH && partial ? "{\"n\":" + number + "}" : metadata(number, text());
        }

        /** It as a message of a session. */
        public String message() {
            return "{\"role\":\"user\",\"content\":" + json() + "}";
        }

        /** Its text: recognisable, and another for each number. */
        public String text() {
            String piece = Long.toHexString(mix(number)) + "-";
            return piece.repeat(textBytes / piece.length() + 1).substring(0, textBytes);
        }
    }

    /** Tasks and records alone. */
    public Workload(long seed, int clients, int largeBytesMax, int durableEvery) {
        this(seed, clients, largeBytesMax, durableEvery, false);
    }

    /** The metadata of a task whose last change but for the status was {@code number}. */
    public static String metadata(long number, String text) {
        return "{\"n\":" + number + ",\"p\":\"" + text + "\"}";
    }

    /** The first number of a block of {@code client}. */
    public static long number(int client, long block) {
        return ((long) client << CLIENT_SHIFT) + block * BLOCK;
    }

    public static int client(long number) {
        return (int) (number >>> CLIENT_SHIFT);
    }

    /** The client's block that {@code number} is in. */
    public static long block(long number) {
        return (number & (1L << CLIENT_SHIFT) - 1) / BLOCK;
    }

    /** The number that an actor tells, −1 if it is none of ours. */
    public static long numberOf(@Nullable String actor) {
        return actor == null || !actor.startsWith("n") ? -1 : Long.parseLong(actor.substring(1));
    }

    /** All keys that tasks have. */
    public List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < SHARED_KEYS; i++) {
            keys.add("shared-" + i);
        }
        for (int client = 0; client < clients; client++) {
            for (int i = 0; i < OWN_KEYS; i++) {
                keys.add("c" + client + "-" + i);
            }
        }
        return keys;
    }

    /** How many numbers from the first of a group on are written together. */
    public int groupSize(long first) {
        long chance = chance(first & -BLOCK, 1);
        return switch (mode(first)) {
            case SINGLE -> 1;
            case ASYNC, BATCH -> 16 << chance % 3;
            case ATOMIC -> 4 << (chance % 3) * 2;
        };
    }

    private Mode mode(long number) {
        return Mode.values()[(int) (chance(number & -BLOCK, 0) % 4)];
    }

    public Work work(long number) {
        Mode mode = mode(number);
        long first = number & -groupSize(number);
        boolean shared = chance(number, 2) % 8 == 0;
        long slot = chance(number, 3);
        String key = shared ? "shared-" + slot % SHARED_KEYS : "c" + client(number) + "-" + slot % OWN_KEYS;
        boolean atomic = mode == Mode.ATOMIC;
        boolean keyed = atomic || chance(number, 4) % 2 == 0;
        String operation = atomic ? "g" + first : "o" + number;
        return new Work(
                number,
                mode,
                first,
                kind(mode, chance(number, 5) % 100),
                key,
                STATUSES.get((int) (chance(number, 6) % STATUSES.size())),
                chance(number, 7) % 4 == 0,
                textBytes(number),
                chance(first, 8) % (mode == Mode.SINGLE ? 3L * durableEvery : durableEvery) == 0,
                keyed ? operation : null,
                atomic ? (int) (number - first) : 0);
    }

    /** Weighed so that more than half of the writes are accepted, whatever the state. */
    private Kind kind(Mode mode, long percent) {
        if (allKinds && percent >= 84) {
            if (mode != Mode.SINGLE || percent < 90) {
                return Kind.SAY;
            }
            return percent < 94 ? Kind.SAVE : percent < 97 ? Kind.TAKE : Kind.LEAVE;
        }
        if (mode == Mode.ATOMIC) {
            return percent < 50 ? Kind.APPEND : Kind.UPSERT;
        }
        if (percent < 14) {
            return Kind.CREATE;
        } else if (percent < 42) {
            return Kind.PATCH;
        } else if (percent < 56) {
            return Kind.STATUS;
        } else if (percent < 62) {
            return Kind.DELETE;
        }
        return percent < 74 ? Kind.UPSERT : Kind.APPEND;
    }

    private int textBytes(long number) {
        long chance = chance(number, 9);
        long size = chance >>> 16;
        if (chance % 512 == 0) {
            return (int) (size % largeBytesMax);
        }
        return (int) (size % (chance % 16 == 1 ? 2_000 : 160));
    }

    /** From 0 on; the same for the same number and purpose. */
    private long chance(long number, int purpose) {
        return mix(mix(seed + purpose) ^ number) >>> 1;
    }

    /** The finishing step of SplitMix64. */
    static long mix(long value) {
        long z = value + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
