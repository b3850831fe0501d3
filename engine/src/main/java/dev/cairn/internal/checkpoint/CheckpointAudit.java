package dev.cairn.internal.checkpoint;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FileEnvelope.BadFileException;
import dev.cairn.internal.state.StateVisitor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A state checkpoint looked at for a verification: every byte is checked, and its entries pass by, without any store being
 * filled.
 *
 * <p>Threading: one thread.
 */
public final class CheckpointAudit {
    private final Path file;
    private long entries;
    private long operations;

    /** Something wrong at a byte of the file. */
    public record Problem(long position, String what) {}

    public CheckpointAudit(Path file) {
        this.file = file;
    }

    /**
     * Reads the whole file and shows each entry of the state as it passes by: before the rest of the file was checked.
     *
     * @return what is wrong, or null
     * @throws IOException when the disk refuses to give it
     */
    public <X extends Exception> @Nullable Problem read(StateVisitor<X> visitor) throws IOException, X {
        entries = 0;
        operations = 0;
        try (CheckpointReader reader = new CheckpointReader(file)) {
            CheckpointBlock block = new CheckpointBlock();
            ByteSlab key = new ByteSlab();
            ByteSlab value = new ByteSlab();
            while (reader.next(block)) {
                if (block.store() == CheckpointBlock.STATE) {
                    block.<X>forEach(key, value, (k, v) -> {
                        entries++;
                        visitor.entry(k, v);
                    });
                } else {
                    block.forEach(key, value, (k, v) -> operations++);
                }
            }
            return countProblem(reader.header());
        } catch (CheckpointReader.DamagedException e) {
            return new Problem(e.position(), e.problem());
        } catch (BadFileException e) {
            String message = String.valueOf(e.getMessage());
            String prefix = file + ": ";
            return new Problem(0, message.startsWith(prefix) ? message.substring(prefix.length()) : message);
        }
    }

    private @Nullable Problem countProblem(CheckpointHeader header) {
        return entries == header.stateEntries() && operations == header.operations()
                ? null
                : new Problem(
                        0,
                        "expected " + header.stateEntries() + " entries and " + header.operations()
                                + " operations, was " + entries + " and " + operations);
    }

    /** Entries of the state that passed by. */
    public long entries() {
        return entries;
    }
}
