package dev.cairn.inspect;

import dev.cairn.StateRoot;
import dev.cairn.inspect.Verification.Compared;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.StateFold;
import dev.cairn.internal.checkpoint.CheckpointAudit;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.read.StateDigest;
import dev.cairn.internal.state.EntityMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint, entry by entry. One that a writer replaces meanwhile is not compared: the next verification does.
 *
 * <p>Threading: one thread.
 */
final class CheckpointComparison implements Comparison {
    private static final String AFFECTS = "the checkpoint: openings begin with a wrong state until it is made anew";

    private final CheckpointCheck check;
    private final Findings findings;
    private final StateFold fold;
    private final MissingRanges missing;
    private final Divergence divergence = new Divergence();
    private final Entity expected = new Entity();
    private final Entity found = new Entity();
    private long matched;
    private long remembered;

    /** @param missing offsets of which the log has no records: a checkpoint that is older than their loss knows what they said */
    CheckpointComparison(CheckpointCheck check, Findings findings, StateFold fold, MissingRanges missing) {
        this.check = check;
        this.findings = findings;
        this.fold = fold;
        this.missing = missing;
    }

    @Override
    public long offset() {
        return check.comparableOffset();
    }

    @Override
    public @Nullable Compared compare() throws IOException {
        Path file = check.file();
        StateDigest digest = new StateDigest(fold.kinds());
        new CheckpointAudit(file).<RuntimeException>read((key, value) -> compare(key, value, digest));
        if (matched < fold.size()) {
            findMissing(file);
        }
        if (check.isReplaced()) {
            return null;
        }
        divergence.report(findings, file, AFFECTS);
        if (remembered > 0) {
            String what = "has " + remembered + " entities as they were before records of them were lost";
            findings.add(Severity.NOTE, file, 0, offset(), what, "nothing: openings take them from here");
            return null;
        }
        return new Compared(fold.root(), new StateRoot(offset(), digest.hex()));
    }

    private void compare(ByteSlab key, ByteSlab value, StateDigest digest) {
        Kind kind = fold.kinds().byId((byte) key.byteAt(0));
        found.value().set(value);
        fold.load(kind, key, expected);
        if (found.byReference() && missing.contains(found.head())) {
            matched += expected.version() == 0 ? 0 : 1;
            remembered++; // its body is lost with its newest record
            return;
        }
        fold.complete(kind, key, found);
        digest.add(kind, key, 1, found);
        boolean knowsMore = missing.contains(found.head()) || expected.incomplete();
        if (expected.version() == 0 && knowsMore) {
            remembered++;
            return;
        } else if (expected.version() == 0) {
            divergence.add(found.head(), name(kind, key), "expected no entry, was one of version " + found.version());
            return;
        }
        matched++;
        if (expected.value().contentEquals(found.value())) {
            return;
        } else if (knowsMore) {
            remembered++;
        } else {
            divergence.add(Math.min(expected.head(), found.head()), name(kind, key), difference());
        }
    }

    private String difference() {
        if (expected.head() != found.head() || expected.version() != found.version()) {
            return "expected version " + expected.version() + " of offset " + expected.head() + ", was version "
                    + found.version() + " of offset " + found.head();
        }
        return "expected " + shown(expected) + ", was " + shown(found);
    }

    private static String shown(Entity entity) {
        return entity.tombstone()
                ? "a deleted entity"
                : entity.value().utf8At(Entity.HEADER_BYTES, entity.bodyLength());
    }

    /** Finds what the checkpoint has not: the keys that it has are remembered, off the heap. */
    private void findMissing(Path file) throws IOException {
        try (EntityMemory present = new EntityMemory(check.installation(), 0)) {
            ByteSlab nothing = new ByteSlab(0);
            new CheckpointAudit(file).<RuntimeException>read((key, value) -> present.put(key, nothing));
            fold.forEach((kind, key, entity) -> {
                if (!present.get(key, nothing)) {
                    divergence.add(
                            entity.head(), name(kind, key), "expected version " + entity.version() + ", was no entry");
                }
            });
        }
    }

    static String name(Kind kind, ByteSlab key) {
        return kind.name() + " " + key.utf8At(1, key.length() - 1).replace('\0', '/');
    }
}
