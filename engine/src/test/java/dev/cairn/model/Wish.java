package dev.cairn.model;

import dev.cairn.Fence;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.imports.ImportWrites;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something to write, as the model understands it. Equal wishes are the same command.
 *
 * <p>Threading: immutable.
 */
sealed interface Wish {
    /** How long leases last: none ends by time in a run. */
    Duration TTL = Duration.ofHours(20);

    /** The topic of the records that it makes. */
    String topic();

    String key();

    /** The same for a batch. */
    Write write();

    /** A wish and how it is to be done. */
    record Item(Wish wish, WriteOptions options) {}

    record Create(NewTask task) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public String key() {
            return task.id();
        }

        @Override
        public Write write() {
            return TaskWrites.create(task);
        }
    }

    record Patch(String key, TaskPatch patch) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public Write write() {
            return TaskWrites.patch(key, patch);
        }
    }

    record Upsert(String key, TaskPatch patch) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public Write write() {
            return TaskWrites.upsert(key, patch);
        }
    }

    record Delete(String key) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public Write write() {
            return TaskWrites.delete(key);
        }
    }

    record CheckTask(String key) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public Write write() {
            return TaskWrites.check(key);
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
        public Write write() {
            return LogWrites.append(record);
        }
    }

    record CheckTopic(String topic, String key) implements Wish {
        @Override
        public Write write() {
            return LogWrites.check(topic, key);
        }
    }

    /** Not for a batch. */
    record Claim(String agent, String queue, @Nullable String status) implements Wish {
        @Override
        public String topic() {
            return "task";
        }

        @Override
        public String key() {
            return "claim";
        }

        @Override
        public Write write() {
            throw new UnsupportedOperationException();
        }
    }

    /** Not for a batch. */
    record Acquire(String key, String holder) implements Wish {
        @Override
        public String topic() {
            return "lease";
        }

        @Override
        public Write write() {
            throw new UnsupportedOperationException();
        }
    }

    /** Not for a batch. */
    record Release(String key, long token, LeaseRelease mode) implements Wish {
        /** Who takes a lease away from whoever holds it revokes it, in every mode. */
        private @Nullable LeaseRelease meant() {
            return token == Fence.ANY_TOKEN ? null : mode;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Release release
                    && key.equals(release.key)
                    && token == release.token
                    && meant() == release.meant();
        }

        @Override
        public int hashCode() {
            return Objects.hash(key, token, meant());
        }

        @Override
        public String topic() {
            return "lease";
        }

        @Override
        public Write write() {
            throw new UnsupportedOperationException();
        }
    }

    record Advance(String key, long rows) implements Wish {
        @Override
        public String topic() {
            return "import";
        }

        @Override
        public Write write() {
            return ImportWrites.advance(key, rows);
        }
    }
}
