package dev.cairn.model.kinds;

import dev.cairn.Cairn;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.consumer.ConsumerWrites;
import dev.cairn.decision.DecisionWrites;
import dev.cairn.decision.NewDecision;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.EntityWrites;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.From;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.SaveResult;
import dev.cairn.session.NewMessage;
import dev.cairn.session.SessionWrites;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something to write. Equal wishes are the same command.
 *
 * <p>Threading: immutable.
 */
sealed interface Wish {
    /** The topic of its records. */
    String topic();

    String key();

    /** Has it done by the engine, and says what became of it. */
    String write(Cairn cairn, WriteOptions options);

    /** The same for a batch, null where there is none. */
    default @Nullable Write batched() {
        return null;
    }

    /** A wish and how it is to be done. */
    record Item(Wish wish, WriteOptions options) {}

    // Tasks and topics

    record CreateTask(NewTask task) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public String key() {
            return task.id();
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.tasks().create(task, options));
        }

        @Override
        public Write batched() {
            return TaskWrites.create(task);
        }
    }

    record PatchTask(String key, TaskPatch patch) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.tasks().patch(key, patch, options));
        }

        @Override
        public Write batched() {
            return TaskWrites.patch(key, patch);
        }
    }

    record Append(NewRecord record) implements Wish {
        @Override
        public String topic() {
            return record.topic();
        }

        @Override
        public String key() {
            return record.key();
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.log().append(record, options));
        }

        @Override
        public Write batched() {
            return LogWrites.append(record);
        }
    }

    /** The end of a task, a session, a run, an entity or a consumer group. */
    record Delete(String topic, String key) implements Wish {
        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(delete(cairn, options));
        }

        private Receipt delete(Cairn cairn, WriteOptions options) {
            return switch (topic) {
                case "task" -> cairn.tasks().delete(key, options);
                case "session" -> cairn.sessions().delete(key, options);
                case "run" -> cairn.runs().delete(key, options);
                case "entity" -> cairn.entities().delete(ref(key), options);
                default -> cairn.consumers().delete(key, options);
            };
        }

        @Override
        public @Nullable Write batched() {
            return switch (topic) {
                case "task" -> TaskWrites.delete(key);
                case "session" -> SessionWrites.delete(key);
                case "entity" -> EntityWrites.delete(ref(key));
                default -> null;
            };
        }
    }

    // Leases

    /** A lease is wanted; of {@code waits} a place in its queue will do. */
    record Acquire(String key, String holder, Duration ttl, boolean waits) implements Wish {
        @Override
        public String topic() {
            return "lease";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            var place = cairn.leases().request(key, holder, ttl, waits ? Duration.ofHours(1) : Duration.ZERO, options);
            return place.await(Duration.ZERO)
                    .map(grant ->
                            "token " + grant.token() + " to " + grant.holder() + ": " + Answers.of(grant.receipt()))
                    .orElseGet(() -> "position " + place.position());
        }
    }

    /** A place is given up by whoever asked for it. */
    record Withdraw(String key, String holder, Duration ttl) implements Wish {
        @Override
        public String topic() {
            return "lease";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            var place = cairn.leases().request(key, holder, ttl, Duration.ofHours(1), options);
            if (place.await(Duration.ZERO).isPresent()) {
                return "granted";
            }
            place.withdraw();
            return "withdrawn";
        }
    }

    record Renew(
            String key, long token, Duration ttl, @Nullable String progress) implements Wish {
        @Override
        public String topic() {
            return "lease";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(
                    cairn.leases().renew(key, token, ttl, progress, options).receipt());
        }
    }

    record Release(String key, long token, LeaseRelease mode) implements Wish {
        @Override
        public String topic() {
            return "lease";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.leases().release(key, token, mode, options));
        }
    }

    // What agents say

    record Decide(NewDecision decision) implements Wish {
        @Override
        public String topic() {
            return "decision";
        }

        @Override
        public String key() {
            return decision.id();
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.decisions().append(decision, options));
        }

        @Override
        public Write batched() {
            return DecisionWrites.append(decision);
        }
    }

    record Say(String key, NewMessage message) implements Wish {
        @Override
        public String topic() {
            return "session";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.sessions().append(key, message, options));
        }

        @Override
        public Write batched() {
            return SessionWrites.append(key, message);
        }
    }

    record Save(String key, NewSnapshot snapshot) implements Wish {
        @Override
        public String topic() {
            return "run";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            SaveResult saved = cairn.runs().save(key, snapshot, options);
            Receipt receipt = saved.receipt();
            return saved.snapshot().id() + " " + (receipt == null ? "skipped" : Answers.of(receipt));
        }
    }

    // Entities

    record Put(EntityRef ref, String properties) implements Wish {
        @Override
        public String topic() {
            return "entity";
        }

        @Override
        public String key() {
            return ref.toString();
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.entities().put(ref, properties, options));
        }

        @Override
        public Write batched() {
            return EntityWrites.put(ref, properties);
        }
    }

    record Patch(EntityRef ref, String patch) implements Wish {
        @Override
        public String topic() {
            return "entity";
        }

        @Override
        public String key() {
            return ref.toString();
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.entities().patch(ref, patch, options));
        }

        @Override
        public Write batched() {
            return EntityWrites.patch(ref, patch);
        }
    }

    /** A link is to be there, with these properties, or null: is not to be there any more. */
    record Link(
            EntityRef from,
            String relation,
            EntityRef to,
            @Nullable String properties) implements Wish {
        @Override
        public String topic() {
            return "entity-link";
        }

        @Override
        public String key() {
            return from + "/" + relation + "/" + to;
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(
                    properties == null
                            ? cairn.entities().unlink(from, relation, to, options)
                            : cairn.entities().link(from, relation, to, properties, options));
        }

        @Override
        public Write batched() {
            return properties == null
                    ? EntityWrites.unlink(from, relation, to)
                    : EntityWrites.link(from, relation, to, properties);
        }
    }

    // Consumers

    record Configure(String key, ConsumerSettings settings) implements Wish {
        @Override
        public String topic() {
            return "consumer";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.consumers().configure(key, settings, options));
        }
    }

    record Move(String key, From position) implements Wish {
        @Override
        public String topic() {
            return "consumer";
        }

        @Override
        public String write(Cairn cairn, WriteOptions options) {
            return Answers.of(cairn.consumers().move(key, position, options));
        }

        @Override
        public @Nullable Write batched() {
            return position instanceof From.Offset offset ? ConsumerWrites.commit(key, offset.offset()) : null;
        }
    }

    /** The entity that a key of topic {@code entity} names; types and ids hold no slash. */
    static EntityRef ref(String key) {
        String[] names = key.split("/");
        return EntityRef.of(names[0], names[1]);
    }

    /** What an operation id stands for: how long somebody would wait is no part of it. */
    default Wish identity() {
        return this instanceof Acquire acquire ? new Withdraw(acquire.key, acquire.holder, acquire.ttl) : this;
    }
}
