package dev.cairn.model.kinds;

import dev.cairn.Cairn;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.decision.NewDecision;
import dev.cairn.entity.EntityRef;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.NewRecord;
import dev.cairn.run.NewSnapshot;
import dev.cairn.session.NewMessage;
import dev.cairn.task.NewTask;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Input that no kind takes, whatever is there.
 *
 * <p>Threading: immutable.
 *
 * @param name what it is
 * @param code of the refusal
 * @param write has it written
 */
record Malformed(String name, String code, Consumer<Cairn> write) {
    private static final String INVALID = "invalid_request";
    private static final String LONG = "x".repeat(50_000);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final WriteOptions USUAL = WriteOptions.defaults();
    private static final EntityRef ENTITY = EntityRef.of("repo", "e0");

    static final List<Malformed> ALL = List.of(
            of("a reserved id", cairn -> cairn.tasks().create(NewTask.of("claim"))),
            of("a short lease", cairn -> cairn.leases().acquire("lock", "a", Duration.ofMillis(99), Duration.ZERO)),
            of("a long wait", cairn -> cairn.leases().acquire("lock", "a", HOUR, Duration.ofHours(25))),
            of("no holder", cairn -> cairn.leases().acquire("lock", "", HOUR, Duration.ZERO)),
            of("half a progress", cairn -> cairn.leases().renew("lock", 1, HOUR, "{", USUAL)),
            of("no token", cairn -> cairn.leases().release("lock", -2, LeaseRelease.FAIL, USUAL)),
            of("no name of a lease", cairn -> USUAL.withFence(new Fence("\u0001", 1))),
            of("a decision of nobody", cairn -> cairn.decisions().append(NewDecision.of("d", "", "t", "d"))),
            of("a blank decision", cairn -> cairn.decisions().append(NewDecision.of("d", "a", "t", " "))),
            new Malformed(
                    "a large decision",
                    "too_large",
                    cairn -> cairn.decisions().append(NewDecision.of("d", "a", "t", LONG))),
            of(
                    "a message without content",
                    cairn -> cairn.sessions().append("s0", NewMessage.parse("{\"role\":\"a\"}"))),
            of(
                    "a message with an offset",
                    cairn -> cairn.sessions()
                            .append("s0", NewMessage.parse("{\"role\":\"a\",\"content\":1,\"offset\":2}"))),
            new Malformed(
                    "a large message",
                    "too_large",
                    cairn -> cairn.sessions().append("s0", NewMessage.of("user", LONG))),
            new Malformed(
                    "a large message among others",
                    "batch",
                    cairn -> cairn.sessions()
                            .append("s0", List.of(NewMessage.of("user", "small"), NewMessage.of("user", LONG)))),
            of(
                    "a snapshot called latest",
                    cairn -> cairn.runs().save("r0", NewSnapshot.manual("{}").id("latest"))),
            of("half a state", cairn -> cairn.runs().save("r0", NewSnapshot.manual("{"))),
            of(
                    "metadata in a list",
                    cairn -> cairn.runs().save("r0", NewSnapshot.manual("{}").metadata("[]"))),
            of(
                    "everything ignored",
                    cairn -> cairn.runs().save("r0", NewSnapshot.auto("{}").ignore(""))),
            of("properties in a list", cairn -> cairn.entities().put(ENTITY, "[]")),
            new Malformed(
                    "large properties", "too_large", cairn -> cairn.entities().put(ENTITY, "{\"p\":\"" + LONG + "\"}")),
            of("a relation without a name", cairn -> cairn.entities().link(ENTITY, "", ENTITY)),
            of(
                    "a group of consumers' own records",
                    cairn -> cairn.consumers()
                            .configure("g0", ConsumerSettings.all().withTopics("consumer"), USUAL)),
            of(
                    "a topic twice",
                    cairn -> cairn.consumers()
                            .configure("g0", ConsumerSettings.all().withTopics("a", "a"), USUAL)),
            new Malformed(
                    "a record of a built-in topic",
                    "forbidden",
                    cairn -> cairn.log().append(NewRecord.of("session", "s0", "{}"))));

    private static Malformed of(String name, Consumer<Cairn> write) {
        return new Malformed(name, INVALID, write);
    }
}
