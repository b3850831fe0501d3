package dev.cairn.model.kinds;

import dev.cairn.Cairn;
import dev.cairn.model.kinds.PlainLog.Entry;
import java.util.Objects;

/**
 * Reads of an engine, each compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class KindsChecks {
    private static final int PAST = 12;

    private final PlainLog log;
    private final Chance chance;
    private final HeadChecks heads;
    private final SessionChecks sessions;
    private final RunChecks runs;
    private final ContextChecks contexts;
    private final LogChecks records;
    private final ConsumerChecks consumers;
    private final KindsQuestions questions;

    KindsChecks(PlainKinds model, Chance chance) {
        this.log = model.log;
        this.chance = chance;
        this.heads = new HeadChecks(model);
        this.sessions = new SessionChecks(log, chance);
        this.runs = new RunChecks(log, chance);
        this.contexts = new ContextChecks(model, chance, sessions);
        this.records = new LogChecks(log, chance);
        this.consumers = new ConsumerChecks(model, chance);
        this.questions = new KindsQuestions(model, chance);
    }

    /** Whatever reads cannot be told from each other must agree: all of them. Everything must be durable. */
    void everything(Cairn cairn) {
        for (Entry head : log.entries()) {
            if (head == log.head(head.topic(), head.key())) {
                heads.sameAsOf(cairn, head, null);
            }
        }
        for (int i = 0; i < 3; i++) {
            sessions.messages(cairn, "s" + i, null);
            runs.snapshots(cairn, "r" + i);
        }
        for (int i = 0; i < 4; i++) {
            contexts.context(cairn, "t" + i);
        }
        records.last(cairn);
        records.all(cairn);
        for (int i = 0; i < PAST; i++) {
            past(cairn);
        }
    }

    /** What only the projection knows; it has caught up. */
    void projection(Cairn cairn) {
        questions.ask(cairn);
    }

    /** One read by chance that needs nothing to be durable. */
    void one(Cairn cairn) {
        switch (chance.upTo(5)) {
            case 0 -> sessions.messages(cairn, chance.session(), null);
            case 1 -> runs.snapshots(cairn, chance.run());
            case 2 -> contexts.context(cairn, chance.task());
            case 3 -> past(cairn);
            default -> {
                Entry entry = chance.any(log.entries());
                cairn.sync(); // a group's lag is that behind durable records
                heads.sameAsOf(cairn, Objects.requireNonNull(log.head(entry.topic(), entry.key())), null);
            }
        }
    }

    /** Reads a group from where it is to the end, and mostly commits that. Everything must be durable. */
    void poll(Cairn cairn, boolean commits) {
        consumers.poll(cairn, commits);
    }

    /** Some entity as it was after some record. */
    private void past(Cairn cairn) {
        Entry of = chance.any(log.entries());
        long offset = chance.anOffset();
        heads.sameAsOf(cairn, of, offset);
        if (of.topic().equals("session")) {
            sessions.messages(cairn, of.key(), offset);
        }
    }
}
