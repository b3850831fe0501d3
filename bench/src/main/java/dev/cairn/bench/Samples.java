package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Expect;
import dev.cairn.task.NewTask;
import dev.cairn.task.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The tasks that all experiments work on: fixed ids, 200 bytes of metadata each, two statuses that follow each other.
 *
 * <p>Threading: stateless.
 */
final class Samples {
    /** Bytes of a task's metadata. */
    static final int METADATA_BYTES = 200;

    private static final String[] STATUS = {"running", "blocked"};
    private static final Workflow WORKFLOW = new Workflow(
            false,
            "pending",
            Set.of(),
            Map.of("pending", List.of(STATUS[0]), STATUS[0], List.of(STATUS[1]), STATUS[1], List.of(STATUS[0])));

    private Samples() {}

    static String id(long number) {
        return "task-" + (10_000_000 + number);
    }

    /** The status that a task is to have at {@code version}, from 2. */
    static String status(long version) {
        return STATUS[(int) (version & 1)];
    }

    /** A JSON object of exactly {@link #METADATA_BYTES} bytes. */
    static String metadata(Random random) {
        StringBuilder json = new StringBuilder(METADATA_BYTES);
        json.append("{\"title\":\"build ")
                .append(1_000 + random.nextInt(9_000))
                .append("\",\"attempt\":")
                .append(1 + random.nextInt(9))
                .append(",\"labels\":[\"ci\",\"linux\"],\"note\":\"");
        while (json.length() < METADATA_BYTES - 2) {
            json.append((char) ('a' + random.nextInt(26)));
        }
        return json.append("\"}").toString();
    }

    static String[] metadata(long seed, int count) {
        Random random = new Random(seed);
        String[] samples = new String[count];
        for (int i = 0; i < count; i++) {
            samples[i] = metadata(random);
        }
        return samples;
    }

    static String[] ids(int count) {
        String[] ids = new String[count];
        for (int i = 0; i < count; i++) {
            ids[i] = id(i);
        }
        return ids;
    }

    /** A new engine whose workflow allows what {@link #status} gives. */
    static Cairn open(Path directory, CairnOptions.Builder options) {
        Cairn cairn = Cairn.open(directory, options.build());
        cairn.tasks().workflow(WORKFLOW);
        return cairn;
    }

    /** The digest of the state of a kind that has some. */
    static String root(Cairn cairn, String kind) {
        String root = cairn.stateRoot().kinds().get(kind);
        if (root == null) {
            throw new IllegalStateException("expected state of the kind " + kind + ", was none");
        }
        return root;
    }

    static CairnOptions.Builder withoutProjection() {
        return CairnOptions.builder().projection(false);
    }

    /** Creates the tasks 0 to {@code count}. */
    static void create(Cairn cairn, String[] ids, long seed) {
        String[] metadata = metadata(seed, 1_024);
        for (int i = 0; i < ids.length; i++) {
            cairn.tasks().create(NewTask.of(ids[i]).metadata(metadata[i & 1_023]));
        }
        cairn.sync();
    }

    /** Changes the status of a task, checked against the version that the caller knows. */
    static void transition(Cairn cairn, String id, long version) {
        cairn.tasks().transition(id, status(version + 1), Expect.version(version));
    }
}
