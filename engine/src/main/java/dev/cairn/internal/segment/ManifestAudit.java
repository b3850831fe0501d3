package dev.cairn.internal.segment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One manifest looked at for a verification: what it says, and whether the bytes of its segment agree.
 *
 * <p>Threading: immutable.
 */
public final class ManifestAudit {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SHOWN_BYTES = 8;

    private final Manifest manifest;

    /**
     * What manifest and segment do not agree about.
     *
     * @param bytesAltered whether each byte of the segment is sound by its own checksums and yet not what was sealed
     */
    public record Disagreement(String what, boolean bytesAltered) {}

    private ManifestAudit(Manifest manifest) {
        this.manifest = manifest;
    }

    /** @throws IOException saying what is wrong with the file */
    public static ManifestAudit read(LogDirectory.NumberedFile file, UUID installation) throws IOException {
        Manifest read = Manifest.read(file.path(), installation);
        if (read.number() != file.number() || read.epoch() != file.epoch()) {
            throw new IOException(file.path() + ": expected the manifest of segment " + file.number() + " of epoch "
                    + file.epoch() + ", was that of segment " + read.number() + " of epoch " + read.epoch());
        }
        return new ManifestAudit(read);
    }

    /** Why a file without a header is not the segment of this manifest, or null. */
    @Nullable
    String otherProblem(Path file) throws IOException {
        return HeaderlessCheck.problem(file, manifest);
    }

    public long firstOffset() {
        return manifest.firstOffset();
    }

    public long lastOffset() {
        return manifest.lastOffset();
    }

    Manifest manifest() {
        return manifest;
    }

    /** Offsets that earlier repairs gave up, ascending. */
    public List<OffsetRange> lost() {
        return manifest.lost();
    }

    public int epoch() {
        return manifest.epoch();
    }

    /** Checksum of the last frame. */
    public int lastChecksum() {
        return manifest.lastChecksum();
    }

    /** Position behind the last document. */
    int endPosition() {
        return manifest.endPosition();
    }

    /** Position of the segment header's word, 0 when the segment has none. */
    public int startPosition() {
        return manifest.startPosition();
    }

    /** Says why this is not the manifest behind {@code before} (null for the first), or null. */
    public @Nullable String chainProblem(@Nullable ManifestAudit before) {
        if (before == null
                ? Arrays.equals(manifest.previousHash(), Manifest.noHash())
                : manifest.follows(before.manifest)) {
            return null;
        }
        byte[] expected = before == null ? Manifest.noHash() : before.manifest.hash();
        return "expected the manifest that follows " + HEX.formatHex(expected, 0, SHOWN_BYTES)
                + "…, was one that follows " + HEX.formatHex(manifest.previousHash(), 0, SHOWN_BYTES) + "…";
    }

    /** Compares with the bytes of the segment, in which no record is missing. */
    public List<Disagreement> compare(SegmentAudit audit) {
        Manifest actual = audit.manifest(manifest);
        List<Disagreement> found = new ArrayList<>();
        compare(found, "segment header at byte", manifest.startPosition(), actual.startPosition());
        compare(found, "first offset", manifest.firstOffset(), actual.firstOffset());
        compare(found, "last offset", manifest.lastOffset(), actual.lastOffset());
        compare(found, "end at byte", manifest.endPosition(), actual.endPosition());
        compare(found, "records", manifest.records(), actual.records());
        compare(found, "bytes of frames", manifest.frameBytes(), actual.frameBytes());
        compare(found, "time of the first record", manifest.firstAt(), actual.firstAt());
        compare(found, "time of the last record", manifest.lastAt(), actual.lastAt());
        if (!manifest.lost().equals(actual.lost())) {
            found.add(new Disagreement(
                    "expected offsets given up by a repair " + manifest.lost() + ", was " + actual.lost(), false));
        }
        compare(found, "last checksum", manifest.lastChecksum(), actual.lastChecksum());
        if (found.isEmpty() && !Arrays.equals(manifest.frameHash(), actual.frameHash())) {
            found.add(new Disagreement(
                    "expected frames with SHA-256 " + HEX.formatHex(manifest.frameHash(), 0, SHOWN_BYTES) + "…, was "
                            + HEX.formatHex(actual.frameHash(), 0, SHOWN_BYTES) + "…",
                    true));
        }
        if (found.isEmpty() && !sameIndex(manifest.index(), actual.index())) {
            found.add(new Disagreement("expected an index of the segment's documents, was one of others", false));
        }
        return found;
    }

    private static void compare(List<Disagreement> found, String what, long expected, long was) {
        if (expected != was) {
            found.add(new Disagreement("expected " + what + " " + expected + ", was " + was, false));
        }
    }

    private static boolean sameIndex(SparseIndex one, SparseIndex other) {
        boolean same = one.count() == other.count();
        for (int i = 0; same && i < one.count(); i++) {
            same = one.deltaAt(i) == other.deltaAt(i) && one.positionAt(i) == other.positionAt(i);
        }
        return same;
    }
}
