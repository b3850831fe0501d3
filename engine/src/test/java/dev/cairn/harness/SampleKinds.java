package dev.cairn.harness;

import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.decision.NewDecision;
import dev.cairn.entity.EntityRef;
import dev.cairn.log.From;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.SnapshotKind;
import dev.cairn.session.NewMessage;
import java.util.List;
import java.util.Random;

/**
 * The part of the {@linkplain SampleWrites sample writes} that is about what agents leave behind: decisions, sessions, runs,
 * entities and their links, consumer groups, most of them linked to tasks.
 *
 * <p>Threading: one thread.
 */
final class SampleKinds {
    /** Sessions, runs, groups, and entities, of each so many. */
    static final int NAMES = 4;

    private static final int STATE_CHARACTERS = 1_500;

    private final Random random;

    SampleKinds(Random random) {
        this.random = random;
    }

    /** Makes one write; {@code json} is an object that no other write has. */
    void write(Cairn cairn, String task, String json, WriteOptions options) {
        int number = random.nextInt(NAMES);
        switch (random.nextInt(10)) {
            case 0, 1 ->
                cairn.decisions()
                        .append(
                                NewDecision.of(
                                                "decision-" + cairn.watermarks().endOffset(),
                                                "someone",
                                                "So it is",
                                                json)
                                        .task(task),
                                options);
            case 2 ->
                cairn.sessions()
                        .append(session(number), NewMessage.of("user", json).task(task), options);
            case 3 ->
                cairn.sessions()
                        .append(
                                session(number),
                                List.of(NewMessage.of("user", json), NewMessage.of("assistant", "yes")),
                                options);
            case 4, 5 -> run(cairn, run(number), task, json, options);
            case 6 -> cairn.entities().put(entity(number), json, options);
            case 7 -> cairn.entities().link(entity(number), "knows", entity(random.nextInt(NAMES)), json, options);
            case 8 -> group(cairn, "group-" + number, options);
            default -> end(cairn, number, options);
        }
    }

    private void run(Cairn cairn, String run, String task, String json, WriteOptions options) {
        String text = "much the same ".repeat(STATE_CHARACTERS / 14);
        NewSnapshot snapshot = NewSnapshot.of(
                SnapshotKind.values()[random.nextInt(3)], "{\"text\":\"" + text + "\",\"now\":" + json + "}");
        cairn.runs().save(run, snapshot.metadata("{\"task\":\"" + task + "\"}"), options);
    }

    private void group(Cairn cairn, String group, WriteOptions options) {
        long last = cairn.watermarks().endOffset() - 1;
        switch (random.nextInt(3)) {
            case 0 -> cairn.consumers().configure(group, ConsumerSettings.all().withTopics("task"), options);
            case 1 -> cairn.consumers().move(group, From.beginning(), options);
            default -> cairn.consumers().commit(group, last, options);
        }
    }

    private void end(Cairn cairn, int number, WriteOptions options) {
        switch (random.nextInt(4)) {
            case 0 -> cairn.sessions().delete(session(number), options);
            case 1 -> cairn.runs().delete(run(number), options);
            case 2 -> cairn.entities().delete(entity(number), options);
            default -> cairn.consumers().delete("group-" + number, options);
        }
    }

    /** The name of a session. */
    static String session(int number) {
        return "session-" + number;
    }

    static String run(int number) {
        return "run-" + number;
    }

    static EntityRef entity(int number) {
        return EntityRef.of("thing", "thing-" + number);
    }
}
