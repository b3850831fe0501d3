package dev.cairn.inspect;

import dev.cairn.StateRoot;
import dev.cairn.inspect.Verification.Compared;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.StateFold;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.projection.ProjectionAudit.Difference;
import dev.cairn.internal.projection.ProjectionAudit.Orphan;
import dev.cairn.internal.projection.ProjectionAudit.Row;
import dev.cairn.internal.projection.ProjectionAudit.UnreadableException;
import dev.cairn.internal.read.StateDigest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The projection, row by row.
 *
 * <p>Threading: one thread.
 */
final class ProjectionComparison implements Comparison {
    private static final String AFFECTS =
            "the projection: lists and counts are wrong until cairn replay --rebuild projection makes it anew";

    private static final int ORPHANS_MAX = 100;

    private final Path file;
    private final Findings findings;
    private final StateFold fold;
    private final @Nullable ProjectionAudit projection;
    private final Divergence divergence = new Divergence();
    private final Entity expected = new Entity();
    private final Entity found = new Entity();
    private final ByteSlab key = new ByteSlab(64);
    private long matched;

    /** @param projection what is compared, null for nothing */
    ProjectionComparison(@Nullable ProjectionAudit projection, Path file, Findings findings, StateFold fold) {
        this.file = file;
        this.findings = findings;
        this.fold = fold;
        this.projection = projection;
    }

    @Override
    public long offset() {
        return projection == null ? -1 : projection.offset();
    }

    @Override
    public @Nullable Compared compare() {
        ProjectionAudit compared = projection;
        if (compared == null) {
            return null;
        }
        StateDigest digest = new StateDigest(fold.kinds());
        try {
            for (Kind kind : fold.kinds().all()) {
                if (kind.table() != null) {
                    compare(compared, kind, digest);
                }
            }
        } catch (UnreadableException | RuntimeException e) {
            findings.add(Severity.DERIVED, file, 0, "expected rows that can be read, was " + e.getMessage(), AFFECTS);
            return null;
        }
        divergence.report(findings, file, AFFECTS);
        return new Compared(fold.root(), new StateRoot(offset(), digest.hex()));
    }

    private void compare(ProjectionAudit compared, Kind kind, StateDigest digest) throws UnreadableException {
        matched = 0;
        compared.forEach(kind, row -> compare(kind, row, digest));
        long[] existing = {0};
        fold.forEach((ofKind, stateKey, entity) -> existing[0] += isRow(kind, ofKind, entity) ? 1 : 0);
        if (matched < existing[0]) {
            findMissing(compared, kind);
        }
        for (Orphan orphan : compared.orphans(kind, ORPHANS_MAX)) {
            divergence.add(
                    offset(),
                    "row " + orphan.key() + " of " + orphan.table(),
                    "expected none without a row of " + kind.name() + ", was one");
        }
    }

    private static boolean isRow(Kind kind, Kind ofKind, Entity entity) {
        return ofKind.id() == kind.id() && entity.exists();
    }

    private void compare(Kind kind, Row row, StateDigest digest) {
        StateKey.write(key, kind.id(), null, row.key());
        fold.load(kind, key, expected);
        String unreadable = add(kind, row, digest);
        if (!expected.exists()) {
            divergence.add(row.head(), name(kind, row.key()), "expected no row, was one of offset " + row.head());
            return;
        }
        matched++;
        Difference difference = row.difference(expected);
        if (difference != null) {
            divergence.add(
                    Math.min(expected.head(), row.head()),
                    name(kind, row.key()),
                    "column " + difference.column() + ": expected " + difference.expected() + ", was "
                            + difference.was());
        } else if (unreadable != null) {
            divergence.add(
                    Math.min(expected.head(), row.head()),
                    name(kind, row.key()),
                    "expected values that can be understood, was " + unreadable);
        }
    }

    /** Adds the entity whose row this is; returns why it is none, or null: its digest then differs, as it has to. */
    private @Nullable String add(Kind kind, Row row, StateDigest digest) {
        try {
            row.toEntity(found);
            digest.add(kind, key, 1, found);
            return null;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void findMissing(ProjectionAudit compared, Kind kind) throws UnreadableException {
        UnreadableException[] failure = {null};
        fold.forEach((ofKind, stateKey, entity) -> {
            if (!isRow(kind, ofKind, entity) || failure[0] != null) {
                return;
            }
            String name = stateKey.utf8At(1, stateKey.length() - 1);
            try {
                if (!compared.has(kind, name)) {
                    divergence.add(
                            entity.head(),
                            name(kind, name),
                            "expected a row of offset " + entity.head() + ", was none");
                }
            } catch (UnreadableException e) {
                failure[0] = e;
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static String name(Kind kind, String row) {
        return "row " + row + " of " + kind.name();
    }
}
