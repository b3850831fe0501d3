package dev.cairn.internal.checkpoint;

import dev.cairn.internal.checkpoint.CheckpointLoad.Loaded;
import dev.cairn.internal.checkpoint.CheckpointLoad.Reason;
import dev.cairn.internal.checkpoint.CheckpointLoad.Unusable;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FileEnvelope.BadFileException;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.StateSource;
import dev.cairn.internal.state.StateStore;
import dev.cairn.internal.state.StateVisitor;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The whole state in one file: written at a clean close, loaded at the next open.
 *
 * <pre>
 *  +----------+--------+--------+-------+--------+
 *  | envelope | block  | block  |  ...  | block  |
 *  +----------+--------+--------+-------+--------+
 * </pre>
 *
 * The envelope holds a {@link CheckpointHeader}, each block entries of one store ({@link CheckpointBlock}): first the state,
 * in the order of its tables, then the operations. Loading reads and checks on one thread and fills the stores on two others.
 *
 * <p>Threading: {@link #write} and {@link #load} by any one thread for one file.
 */
public final class StateCheckpoint {
    /**
     * What the stores of a loaded checkpoint are to allow.
     *
     * @param valueBytesMax longest value of the state
     * @param operationSpan how many operations are remembered at least
     */
    public record Limits(int valueBytesMax, long operationSpan) {}

    private StateCheckpoint() {}

    /**
     * Replaces {@code file}; when this returns the new one is on disk under its name.
     *
     * @param position the place in the log that both sources stand for
     * @param state a store or a scan of one
     * @param operations a memory or a scan of one
     * @throws IOException when it cannot be written; the file is as it was
     */
    public static CheckpointHeader write(
            Path file, CheckpointPosition position, StateSource state, StateSource operations) throws IOException {
        try (CheckpointWriter writer = new CheckpointWriter(file)) {
            return writer.write(position, state, operations);
        }
    }

    /**
     * Looks for one entry of the state, without building it.
     *
     * @return whether it was found and copied into {@code into}
     * @throws IOException when the file cannot be read or is not as it was written
     */
    public static boolean find(Path file, ByteSlab key, ByteSlab into) throws IOException {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            CheckpointBlock block = new CheckpointBlock();
            ByteSlab entryKey = new ByteSlab();
            ByteSlab entryValue = new ByteSlab();
            boolean[] found = {false};
            while (!found[0] && reader.next(block)) {
                if (block.store() == CheckpointBlock.STATE) {
                    block.forEach(entryKey, entryValue, (someKey, someValue) -> {
                        if (someKey.contentEquals(key)) {
                            into.set(someValue);
                            found[0] = true;
                        }
                    });
                }
            }
            return found[0];
        }
    }

    /**
     * Shows every entry of the state and every remembered operation, without building either; none of a file of another
     * installation.
     *
     * @throws IOException when the file cannot be read or is not as it was written; entries may have been shown by then
     */
    public static void forEach(
            Path file,
            UUID installation,
            StateVisitor<RuntimeException> state,
            StateVisitor<RuntimeException> operations)
            throws IOException {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            if (!reader.header().position().installation().equals(installation)) {
                return;
            }
            CheckpointBlock block = new CheckpointBlock();
            ByteSlab key = new ByteSlab();
            ByteSlab value = new ByteSlab();
            while (reader.next(block)) {
                block.forEach(key, value, block.store() == CheckpointBlock.STATE ? state : operations);
            }
        }
    }

    /** The place in the log that {@code file} says it was made at, or null when it has no good header. */
    public static @Nullable CheckpointPosition position(Path file) {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            return reader.header().position();
        } catch (IOException unusable) {
            return null;
        }
    }

    /** The offset that {@code file} says it was made at, without a look at its entries; −1 when it has no good header. */
    public static long offset(Path file, UUID installation) {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            CheckpointPosition position = reader.header().position();
            return position.installation().equals(installation) ? position.offset() : -1;
        } catch (IOException unusable) {
            return -1;
        }
    }

    /** Like {@link #load(Path, UUID, Limits, Function, Consumer)} for a caller who does not look at the keys. */
    public static CheckpointLoad load(
            Path file, UUID installation, Limits limits, Function<CheckpointHeader, @Nullable String> objection)
            throws InterruptedException {
        return load(file, installation, limits, objection, key -> {});
    }

    /**
     * Reads and checks all of {@code file}.
     *
     * @param installation identity that it must have
     * @param objection says after a look at the header why the engine has no use for the file, or null
     * @param stateKeys is shown each key of the state as it passes by, on another thread; nothing it was shown counts unless
     *     the checkpoint is loaded in the end
     * @throws InterruptedException when the thread was interrupted meanwhile
     */
    public static CheckpointLoad load(
            Path file,
            UUID installation,
            Limits limits,
            Function<CheckpointHeader, @Nullable String> objection,
            Consumer<ByteSlab> stateKeys)
            throws InterruptedException {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            CheckpointHeader header = reader.header();
            UUID found = header.position().installation();
            if (!found.equals(installation)) {
                return new Unusable(
                        Reason.FOREIGN, file + ": expected installation " + installation + ", was " + found);
            }
            String unsuitable = objection.apply(header);
            return unsuitable != null
                    ? new Unusable(Reason.UNSUITABLE, file + ": " + unsuitable)
                    : fill(file, reader, limits, stateKeys);
        } catch (ClosedByInterruptException interrupted) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while reading " + file);
        } catch (NoSuchFileException absent) {
            return new Unusable(Reason.ABSENT, file + ": expected a state checkpoint, was no file");
        } catch (BadFileException bad) {
            return new Unusable(bad.newerFormat() ? Reason.NEWER : Reason.DAMAGED, messageOf(bad));
        } catch (CheckpointReader.DamagedException damaged) {
            return new Unusable(Reason.DAMAGED, messageOf(damaged));
        } catch (IOException unreadable) {
            return new Unusable(Reason.UNREADABLE, file + ": cannot be read: " + DiskFailure.reason(file, unreadable));
        }
    }

    /**
     * What {@code file} says about itself; its entries are not looked at.
     *
     * @throws IOException when it cannot be read or does not begin as a checkpoint does
     */
    public static CheckpointHeader describe(Path file) throws IOException {
        try (CheckpointReader reader = new CheckpointReader(file)) {
            return reader.header();
        }
    }

    private static CheckpointLoad fill(Path file, CheckpointReader reader, Limits limits, Consumer<ByteSlab> stateKeys)
            throws IOException, InterruptedException {
        CheckpointHeader header = reader.header();
        long seed = StateStore.seedOf(header.position().installation());
        double entryBytesMean = (double) header.stateBytes() / Math.max(1, header.stateEntries());
        StateStore state = StateStore.sized(seed, limits.valueBytesMax(), header.stateEntries(), entryBytesMean);
        OperationMemory operations = new OperationMemory(seed, limits.operationSpan());
        boolean complete = false;
        try {
            new CheckpointLoader(reader, state, operations, stateKeys).load();
            complete = state.size() == header.stateEntries() && operations.size() == header.operations();
            return complete
                    ? new Loaded(header, state, operations)
                    : new Unusable(
                            Reason.UNSUITABLE,
                            file + ": expected " + header.stateEntries() + " entries and " + header.operations()
                                    + " operations, was " + state.size() + " and " + operations.size());
        } catch (IllegalArgumentException beyondLimits) {
            return new Unusable(Reason.UNSUITABLE, file + ": " + beyondLimits.getMessage());
        } finally {
            if (!complete) {
                state.close();
                operations.close();
            }
        }
    }

    private static String messageOf(IOException failure) {
        return String.valueOf(failure.getMessage());
    }
}
