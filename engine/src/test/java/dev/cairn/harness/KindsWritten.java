package dev.cairn.harness;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.DamagedLogException;
import dev.cairn.NotFoundException;
import dev.cairn.entity.TypedEntity;
import dev.cairn.run.Runs;
import dev.cairn.run.Snapshot;
import dev.cairn.run.SnapshotInfo;
import dev.cairn.session.Message;
import dev.cairn.session.MessageQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The messages, snapshots and entities that an undamaged directory has: a damaged one gives the same, or says that it cannot; never
 * another message or state.
 *
 * <p>Threading: one thread.
 */
final class KindsWritten {
    private final Map<Integer, List<Message>> sessions = new HashMap<>();
    private final Map<Long, Message> messages = new HashMap<>();
    private final Map<Integer, List<String>> runs = new HashMap<>();
    private final Map<Long, Snapshot> snapshots = new HashMap<>();
    private final Map<Integer, Optional<TypedEntity>> entities = new HashMap<>();

    KindsWritten(Cairn cairn) {
        for (int i = 0; i < SampleKinds.NAMES; i++) {
            List<Message> found = messages(cairn, i);
            sessions.put(i, found);
            found.forEach(message -> messages.put(message.offset(), message));
            List<String> ids = snapshots(cairn, i);
            runs.put(i, ids);
            for (String id : ids) {
                Snapshot snapshot = cairn.runs().load(SampleKinds.run(i), id).orElseThrow();
                snapshots.put(snapshot.info().offset(), snapshot);
            }
            entities.put(i, cairn.entities().get(SampleKinds.entity(i)));
        }
    }

    private static List<Message> messages(Cairn cairn, int number) {
        List<Message> found = new ArrayList<>();
        try {
            cairn.sessions()
                    .read(SampleKinds.session(number), MessageQuery.newest())
                    .forEach(found::add);
        } catch (NotFoundException e) {
            // Then it has none.
        }
        return found;
    }

    private static List<String> snapshots(Cairn cairn, int number) {
        try {
            return cairn.runs().list(SampleKinds.run(number), Long.MAX_VALUE, 1_000).snapshots().stream()
                    .map(SnapshotInfo::id)
                    .toList();
        } catch (NotFoundException e) {
            return List.of();
        }
    }

    /**
     * @param complete whether everything must be there
     * @return what was refused because of damage
     */
    List<CairnException> compare(Cairn cairn, boolean complete) {
        List<CairnException> refusals = new ArrayList<>();
        for (int i = 0; i < SampleKinds.NAMES; i++) {
            int number = i;
            unlessRefused(refusals, () -> session(cairn, number, complete));
            unlessRefused(refusals, () -> latest(cairn, number));
            for (String id : runs.getOrDefault(i, List.of())) {
                unlessRefused(refusals, () -> snapshot(cairn, number, id, complete));
            }
            unlessRefused(refusals, () -> {
                Optional<TypedEntity> is = cairn.entities().get(SampleKinds.entity(number));
                require(!complete || is.equals(entities.get(number)), entities.get(number), is);
            });
        }
        return refusals;
    }

    private static void unlessRefused(List<CairnException> refusals, Runnable compared) {
        try {
            compared.run();
        } catch (DamagedLogException refusal) {
            refusals.add(refusal);
        }
    }

    private void session(Cairn cairn, int number, boolean complete) {
        List<Message> found = messages(cairn, number);
        require(!complete || found.equals(sessions.get(number)), sessions.get(number), found);
        for (Message message : found) {
            Message written = messages.get(message.offset());
            require(written == null || written.json().equals(message.json()), written, message);
        }
    }

    private void latest(Cairn cairn, int number) {
        same(cairn.runs().load(SampleKinds.run(number), Runs.LATEST).orElse(null));
    }

    private void snapshot(Cairn cairn, int number, String id, boolean complete) {
        Optional<Snapshot> found = cairn.runs().load(SampleKinds.run(number), id);
        require(!complete || found.isPresent(), "snapshot " + id, "none");
        same(found.orElse(null));
    }

    private void same(@org.jspecify.annotations.Nullable Snapshot found) {
        Snapshot written = found == null ? null : snapshots.get(found.info().offset());
        require(written == null || written.equals(found), written, found);
    }

    private static void require(
            boolean condition,
            @org.jspecify.annotations.Nullable Object expected,
            @org.jspecify.annotations.Nullable Object is) {
        if (!condition) {
            throw new AssertionError("expected " + expected + ", was " + is);
        }
    }
}
