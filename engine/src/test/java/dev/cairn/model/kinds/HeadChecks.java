package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.entity.EntityRef;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.model.kinds.PlainRuns.RunState;
import dev.cairn.run.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each kind says of a topic and key, now and as it was, compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class HeadChecks {
    private final PlainKinds model;
    private final PlainLog log;

    HeadChecks(PlainKinds model) {
        this.model = model;
        this.log = model.log;
    }

    /** @param offset as of when; null for now */
    void sameAsOf(Cairn cairn, Entry of, @Nullable Long offset) {
        long asOf = offset == null ? Long.MAX_VALUE : offset;
        Entry head = log.headAsOf(of.topic(), of.key(), asOf);
        Object expected = head == null ? null : head.view();
        Object found = found(cairn, of.topic(), of.key(), offset);
        switch (of.topic()) {
            case "lease" -> expected = head == null ? null : ComparedLease.expected(head, offset == null);
            case "run" -> {
                found = found == null ? null : plain((Run) found);
                expected = expected == null ? null : ((RunState) expected).run();
            }
            case "entity-link" -> {
                List<EntityRef> ends = ends(of.key());
                expected = model.link(ends.get(0), of.key().split("/")[2], ends.get(1), asOf);
            }
            case "consumer" ->
                expected = expected == null ? null : KindsQuestions.group(log, (ConsumerGroup) expected, asOf);
            case "task", "decision", "session", "entity" -> {
                // The view is what is read.
            }
            default -> {
                return; // it has no reads of its own
            }
        }
        assertThat(found).as("%s %s as of %s", of.topic(), of.key(), offset).isEqualTo(expected);
    }

    private @Nullable Object found(Cairn cairn, String topic, String key, @Nullable Long at) {
        return (switch (topic) {
                    case "task" ->
                        at == null ? cairn.tasks().get(key) : cairn.tasks().getAsOf(key, at);
                    case "lease" ->
                        (at == null ? cairn.leases().get(key) : cairn.leases().getAsOf(key, at))
                                .map(lease -> ComparedLease.found(lease, at == null));
                    case "decision" ->
                        at == null
                                ? cairn.decisions().get(key)
                                : cairn.decisions().getAsOf(key, at);
                    case "session" ->
                        at == null
                                ? cairn.sessions().get(key)
                                : cairn.sessions().getAsOf(key, at);
                    case "run" ->
                        at == null ? cairn.runs().get(key) : cairn.runs().getAsOf(key, at);
                    case "entity" ->
                        at == null
                                ? cairn.entities().get(Wish.ref(key))
                                : cairn.entities().getAsOf(Wish.ref(key), at);
                    case "entity-link" -> {
                        List<EntityRef> ends = ends(key);
                        String relation = key.split("/")[2];
                        yield at == null
                                ? cairn.entities().getLink(ends.get(0), relation, ends.get(1))
                                : cairn.entities().getLinkAsOf(ends.get(0), relation, ends.get(1), at);
                    }
                    case "consumer" ->
                        at == null
                                ? cairn.consumers().get(key)
                                : cairn.consumers().getAsOf(key, at);
                    default -> java.util.Optional.empty();
                })
                .orElse(null);
    }

    private static List<EntityRef> ends(String key) {
        String[] names = key.split("/");
        return List.of(EntityRef.of(names[0], names[1]), EntityRef.of(names[3], names[4]));
    }

    private static Run plain(Run run) {
        return new Run(
                run.id(),
                run.latest(),
                run.kind(),
                run.task(),
                run.snapshots(),
                run.bytes(),
                0,
                run.version(),
                run.revision(),
                run.createdAt(),
                run.updatedAt(),
                run.incomplete());
    }
}
