package dev.cairn.internal.projection;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.projection.TrackedEntity.Stored;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies records to the rows of one kind. Records are folded in memory, so that an entity costs one statement a transaction,
 * however often it changed; entities touched lately are kept, so that most need not be read.
 *
 * <p>A changed row is updated in the columns that differ only: SQLite then leaves the indexes over the others alone, which are
 * most of the work.
 *
 * <p>Threading: the follower's thread.
 */
final class TableWriter implements AutoCloseable {
    private static final int UPDATE_STATEMENTS_MAX = 32;
    private static final Comparator<TrackedEntity> BY_KEY = Comparator.comparing(tracked -> tracked.key);

    private final Kind kind;
    private final TableSql sql;
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement upsert;
    private final PreparedStatement delete;
    /** Null for a kind without children, which then pays nothing for them. */
    private final @Nullable ChildWriter children;

    private final Map<BitSet, PreparedStatement> updates = new LinkedHashMap<>(16, 0.75f, true);

    private final LinkedHashMap<String, TrackedEntity> tracked = new LinkedHashMap<>(1 << 12, 0.75f, true);
    private final List<TrackedEntity> dirty = new ArrayList<>();
    private final BitSet changed = new BitSet();
    private Entity spare = new Entity();
    private long bytes;
    private long loads;
    /**
     * Whether the rows come from the log alone, so that a gap in an entity's chain is a gap in the log: no image says that, so each
     * record is a step then, as in a replay.
     */
    private boolean gapsAllowed;

    TableWriter(Kind kind, TableSql sql, Connection connection) throws SQLException {
        this.kind = kind;
        this.sql = sql;
        this.connection = connection;
        this.select = connection.prepareStatement(sql.selectByKey());
        this.upsert = connection.prepareStatement(sql.upsert());
        this.delete = connection.prepareStatement(sql.delete());
        this.children = sql.children().isEmpty() ? null : new ChildWriter(sql, connection);
    }

    /** Accepts records whose predecessor is not in the rows, as a log has them from which damaged records were cut. */
    void allowGaps() {
        gapsAllowed = true;
    }

    /** Folds {@code event} into its entity. */
    void apply(Event event) throws SQLException {
        if (!event.topic.isEmpty()) {
            throw new IllegalStateException(
                    "expected records of a built-in topic for " + sql.name() + ", was " + event);
        }
        TrackedEntity entry = entry(event);
        if (event.hasImage && !gapsAllowed) {
            Evolution.fromImage(event, spare);
        } else {
            Evolution.step(kind, entry.entity, event, spare);
        }
        Entity before = entry.entity;
        entry.entity = spare;
        spare = before;
        if (!entry.dirty) {
            entry.dirty = true;
            dirty.add(entry);
        }
        count(entry);
    }

    private TrackedEntity entry(Event event) throws SQLException {
        String key = event.key.utf8();
        TrackedEntity entry = tracked.get(key);
        if (entry == null) {
            entry = new TrackedEntity(key);
            if (event.previous < 0) {
                entry.stored = Stored.ABSENT;
            } else if (!event.hasImage || gapsAllowed) {
                load(entry, event);
            }
            tracked.put(key, entry);
        }
        if (entry.entity.head() != event.previous && !event.hasImage && !gapsAllowed) {
            throw new ProjectionDamagedException("expected " + sql.name() + " " + key + " as of offset "
                    + event.previous + " before offset " + event.offset + ", was offset " + entry.entity.head()
                    + ": the log lost a record, or the row is not the one that it made");
        }
        return entry;
    }

    private void load(TrackedEntity entry, Event event) throws SQLException {
        loads++;
        select.setString(1, entry.key);
        try (ResultSet result = select.executeQuery()) {
            if (result.next()) {
                RowValues row = RowValues.read(sql, result);
                row.toEntity(sql, entry.entity);
                entry.row = row;
                entry.stored = Stored.PRESENT;
                return;
            }
        }
        // It has a past but no row, so it was deleted: the header of the tombstone is in the event.
        entry.stored = Stored.ABSENT;
        Entity deleted = entry.entity.reset();
        deleted.tombstone(true);
        deleted.version(event.version - 1);
        deleted.revision(event.previous);
        deleted.head(event.previous);
        deleted.lastImage(event.previousImage);
    }

    /** Writes what was folded; returns the number of rows. */
    int flush() throws SQLException {
        dirty.sort(BY_KEY);
        for (TrackedEntity entry : dirty) {
            if (entry.entity.exists()) {
                put(entry);
            } else if (entry.stored != Stored.ABSENT) {
                delete.setString(1, entry.key);
                delete.executeUpdate();
                if (children != null) {
                    children.delete(entry.key);
                }
                entry.stored = Stored.ABSENT;
                entry.row = null;
            }
            entry.dirty = false;
            count(entry);
        }
        int rows = dirty.size();
        dirty.clear();
        return rows;
    }

    private void put(TrackedEntity entry) throws SQLException {
        RowValues row = RowValues.of(sql, entry.entity);
        RowValues before = entry.row;
        if (children != null) {
            children.put(entry.key, before, entry.stored == Stored.ABSENT, entry.entity);
        }
        if (before == null || entry.stored != Stored.PRESENT) {
            row.bind(upsert, entry.key);
            upsert.executeUpdate();
        } else {
            row.difference(before, changed);
            PreparedStatement update = update();
            row.bind(update, changed, entry.key);
            if (update.executeUpdate() != 1) {
                throw new ProjectionDamagedException(
                        "expected a row of " + sql.name() + " " + entry.key + ", was none");
            }
        }
        entry.row = row;
        entry.stored = Stored.PRESENT;
    }

    private PreparedStatement update() throws SQLException {
        PreparedStatement statement = updates.get(changed);
        if (statement == null) {
            if (updates.size() >= UPDATE_STATEMENTS_MAX) {
                BitSet eldest = updates.keySet().iterator().next();
                PreparedStatement evicted = updates.remove(eldest);
                if (evicted != null) {
                    evicted.close();
                }
            }
            statement = connection.prepareStatement(sql.update(changed));
            updates.put((BitSet) changed.clone(), statement);
        }
        return statement;
    }

    private void count(TrackedEntity entry) {
        long now = entry.bytes();
        bytes += now - entry.counted;
        entry.counted = now;
    }

    /** About how much memory the entities take, the folded ones included. */
    long bytes() {
        return bytes;
    }

    /** Entities that were read from the database so far. */
    long loads() {
        return loads;
    }

    /** Drops entities not touched lately until the rest takes at most {@code bytesMax}; call after a flush. */
    void trim(long bytesMax) {
        var eldest = tracked.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= eldest.next().counted;
            eldest.remove();
        }
    }

    /** Forgets everything that was not flushed and committed, and with it all entities. */
    void forget() {
        tracked.clear();
        dirty.clear();
        bytes = 0;
    }

    @Override
    public void close() throws SQLException {
        select.close();
        upsert.close();
        delete.close();
        for (PreparedStatement update : updates.values()) {
            update.close();
        }
        updates.clear();
        if (children != null) {
            children.close();
        }
    }
}
