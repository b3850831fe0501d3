package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import java.util.Optional;

/**
 * The newest operation ids, and what each of them did: how a repeated command is recognised.
 *
 * <p>Two generations of at most {@code span} operations each: the first one that does not fit into the newer generation begins
 * the next and drops the older. So what is remembered follows from the log alone, whether it was lived through, replayed or
 * restored; it is at least the last {@code span} operations. Offsets do not count: they jump after an unclean stop, when
 * operations have to be remembered most of all.
 *
 * <pre>
 *  key     operation id (UTF-8) | item (i32)
 *  value   offset (i64) | version (i64) | command hash (i64) | epoch (i32) | generation (i64)
 * </pre>
 *
 * <p>Threading: changed with the commit lock held; {@link #find} and {@link #rememberedFrom} from any thread.
 */
public final class OperationMemory implements StateSource, AutoCloseable {
    /** The default span. */
    public static final long SPAN_OPERATIONS = 1_000_000;

    /** Longest operation id in bytes. */
    public static final int OPERATION_BYTES_MAX = 512;

    private static final int OFFSET_AT = 0;
    private static final int VERSION_AT = OFFSET_AT + Long.BYTES;
    private static final int COMMAND_HASH_AT = VERSION_AT + Long.BYTES;
    private static final int EPOCH_AT = COMMAND_HASH_AT + Long.BYTES;
    private static final int GENERATION_AT = EPOCH_AT + Integer.BYTES;
    private static final int VALUE_BYTES = GENERATION_AT + Long.BYTES;

    private final long seed;
    private final long spanOperations;
    private final ByteSlab key = new ByteSlab(64);
    private final ByteSlab value = new ByteSlab(VALUE_BYTES);

    private volatile Generations generations;

    /** The two generations as a reader finds them, replaced together. */
    private record Generations(long number, StateStore newer, long newerFrom, StateStore older, long olderFrom) {}

    /** The first offset of a generation that holds nothing yet. */
    private static final long NOTHING = Long.MAX_VALUE;

    /**
     * A memory of nothing.
     *
     * @param seed of the key hash, as that of the state store
     * @param spanOperations how many operations are remembered at least, from 1
     */
    public OperationMemory(long seed, long spanOperations) {
        if (spanOperations < 1) {
            throw new IllegalArgumentException("expected a span of at least 1 operation, was " + spanOperations);
        }
        this.seed = seed;
        this.spanOperations = spanOperations;
        generations = new Generations(0, newStore(), NOTHING, newStore(), NOTHING);
    }

    /** What item {@code item} of {@code operation} did, if that is remembered. Any thread. */
    public Optional<RememberedOperation> find(String operation, int item) {
        ByteSlab sought = ByteSlab.ofUtf8(operation);
        sought.putInt(item);
        if (sought.length() > StateStore.KEY_BYTES_MAX) {
            return Optional.empty();
        }
        ByteSlab found = new ByteSlab(VALUE_BYTES);
        Generations now = generations;
        if (find(now.newer, sought, found) || find(now.older, sought, found)) {
            return Optional.of(new RememberedOperation(
                    found.intAt(EPOCH_AT),
                    found.longAt(OFFSET_AT),
                    found.longAt(VERSION_AT),
                    found.longAt(COMMAND_HASH_AT)));
        }
        return Optional.empty();
    }

    /** The first offset whose operations are surely remembered. */
    public long rememberedFrom() {
        Generations now = generations;
        long from = now.number == 0 ? 0 : now.older.size() > 0 ? now.olderFrom : now.newerFrom;
        return from == NOTHING ? 0 : from;
    }

    /** The offset in the value of an entry that {@link #forEach} gave. */
    public static long offsetOf(ByteSlab entryValue) {
        return entryValue.longAt(OFFSET_AT);
    }

    /** The operation id in the key of an entry that {@link #forEach} gave. */
    public static String operationOf(ByteSlab entryKey) {
        return entryKey.utf8At(0, entryKey.length() - Integer.BYTES);
    }

    /** How many operations are remembered. */
    @Override
    public long size() {
        Generations now = generations;
        return now.newer.size() + now.older.size();
    }

    /** Remembers an operation; offsets come in growing order. Commit lock held. */
    public void remember(ByteSlab operation, int item, RememberedOperation remembered) {
        if (operation.length() > OPERATION_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "expected an operation id of at most " + OPERATION_BYTES_MAX + " bytes, was " + operation.length());
        }
        key.set(operation);
        key.putInt(item);
        value.clear();
        value.putLong(remembered.offset());
        value.putLong(remembered.version());
        value.putLong(remembered.commandHash());
        value.putInt(remembered.epoch());
        Generations now = generations;
        value.putLong(now.newer.size() < spanOperations ? now.number : now.number + 1);
        restore(key, value);
    }

    /** Takes back an entry that {@link #forEach} gave, in any order. Commit lock held. */
    public void restore(ByteSlab entryKey, ByteSlab entryValue) {
        long number = entryValue.longAt(GENERATION_AT);
        advanceTo(number);
        Generations now = generations;
        long offset = entryValue.longAt(OFFSET_AT);
        if (number == now.number) {
            now.newer.put(entryKey, entryValue);
            if (offset < now.newerFrom) {
                generations = new Generations(number, now.newer, offset, now.older, now.olderFrom);
            }
        } else if (number == now.number - 1) {
            now.older.put(entryKey, entryValue);
            if (offset < now.olderFrom) {
                generations = new Generations(now.number, now.newer, now.newerFrom, now.older, offset);
            }
        }
    }

    /** Visits everything remembered, the older generation first. Commit lock held, or no writer at all. */
    @Override
    public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
        Generations now = generations;
        now.older.forEach(visitor);
        now.newer.forEach(visitor);
    }

    /** Fixes what is remembered now, to be read while writing goes on; commit lock held. At most one at a time. */
    public OperationScan beginScan() {
        Generations now = generations;
        return new OperationScan(now.older.beginScan(), now.newer.beginScan());
    }

    @Override
    public void close() {
        generations.newer.close();
        generations.older.close();
    }

    private void advanceTo(long number) {
        Generations now = generations;
        if (number <= now.number) {
            return;
        }
        boolean next = number == now.number + 1;
        generations = next
                ? new Generations(number, newStore(), NOTHING, now.newer, now.newerFrom)
                : new Generations(number, newStore(), NOTHING, newStore(), NOTHING);
        now.older.close();
        if (!next) {
            now.newer.close();
        }
    }

    /** A generation that was dropped while it was looked into has, for the reader, been dropped before. */
    private static boolean find(StateStore store, ByteSlab key, ByteSlab into) {
        try {
            return store.get(key, into);
        } catch (StateStore.ClosedException dropped) {
            return false;
        }
    }

    private StateStore newStore() {
        return new StateStore(seed, VALUE_BYTES);
    }
}
