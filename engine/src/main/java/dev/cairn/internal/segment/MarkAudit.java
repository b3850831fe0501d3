package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The small files beside the log looked at for a verification. Their readers take a bad file for none, as an opening should;
 * here it is said what is bad.
 *
 * <p>Threading: stateless.
 */
public final class MarkAudit {
    private MarkAudit() {}

    /** Something wrong at a byte of a small file. */
    public record Problem(int position, String what) {}

    /** What is wrong with the watermark. */
    public static List<Problem> watermark(LogDirectory directory, UUID installation) throws IOException {
        byte[] all = Files.readAllBytes(directory.watermarkFile());
        List<Problem> problems = new ArrayList<>();
        if (all.length != 2 * Watermark.SLOT_BYTES) {
            problems.add(new Problem(0, "expected " + 2 * Watermark.SLOT_BYTES + " bytes, was " + all.length));
            return problems;
        }
        int written = 0;
        for (int at = 0; at < all.length; at += Watermark.SLOT_BYTES) {
            byte[] slot = Arrays.copyOfRange(all, at, at + Watermark.SLOT_BYTES);
            if (firstNotZero(slot, 0) < 0) {
                continue; // not written yet
            }
            written++;
            Problem problem = envelope(
                    directory.watermarkFile(),
                    slot,
                    Watermark.KIND,
                    Watermark.V2,
                    Watermark::contentBytes,
                    installation);
            if (problem != null) {
                problems.add(new Problem(at + problem.position(), problem.what()));
            }
        }
        if (written == 0) {
            problems.add(new Problem(0, "expected a durable offset in one of two slots, was zeros"));
        }
        return problems;
    }

    /** What is wrong with the marker of a clean close. */
    public static @Nullable Problem clean(LogDirectory directory, UUID installation) throws IOException {
        byte[] all = Files.readAllBytes(directory.cleanFile());
        return envelope(directory.cleanFile(), all, CleanMarker.KIND, CleanMarker.V2, CleanMarker::bytes, installation);
    }

    /** What is wrong with the identity. */
    public static @Nullable Problem identity(LogDirectory directory) throws IOException {
        byte[] all = Files.readAllBytes(directory.identityFile());
        return envelope(directory.identityFile(), all, Identity.KIND, Identity.FORMAT, format -> Long.BYTES, null);
    }

    /** What is wrong with the control file, as far as a file without a checksum shows it. */
    public static @Nullable Problem control(LogDirectory directory, UUID installation) throws IOException {
        return Control.problem(Files.readAllBytes(directory.controlFile()), installation);
    }

    private static @Nullable Problem envelope(
            Path file,
            byte[] all,
            String kind,
            int formatMax,
            IntUnaryOperator contentBytes,
            @Nullable UUID installation) {
        try {
            FileEnvelope envelope = FileEnvelope.decode(file, all, kind, formatMax);
            if (installation != null && !envelope.installation().equals(installation)) {
                return new Problem(0, "expected installation " + installation + ", was " + envelope.installation());
            }
            int length = envelope.content().length;
            int expected = contentBytes.applyAsInt(envelope.format());
            if (length != expected) {
                return new Problem(0, "expected " + expected + " bytes of content, was " + length);
            }
            int behind = firstNotZero(all, FileEnvelope.HEADER_BYTES + length);
            return behind < 0
                    ? null
                    : new Problem(behind, String.format("expected zeros behind the content, was %02x", all[behind]));
        } catch (FileEnvelope.BadFileException e) {
            return new Problem(0, withoutFile(file, e));
        }
    }

    /** The exception's words without the file, which the finding names. */
    private static String withoutFile(Path file, IOException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = file + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    static int firstNotZero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return i;
            }
        }
        return -1;
    }
}
