package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskWrites;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Leases and claims over HTTP, durable as they always are there, beside a bare Javalin handler that writes nothing.
 *
 * <p>Threading: one at a time.
 */
final class HttpWork implements Experiment {
    private static final int CLIENTS = 16;
    private static final int TASKS = 100_000;
    private static final int LEASES_EACH = 1_000;
    private static final int BATCH = 1_000;

    @Override
    public String name() {
        return "http-work";
    }

    @Override
    public String title() {
        return "HTTP: acquire and release a lease, claim a task, durable, " + CLIENTS
                + " clients, beside a bare Javalin handler";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        ServerOptions options =
                ServerOptions.builder().port(0).ack(Ack.ACCEPTED).build();
        try (Cairn cairn = Cairn.open(directory, Samples.withoutProjection().build());
                CairnServer server = CairnServer.start(cairn, options)) {
            create(cairn, settings.seed());
            leases(settings, report, cairn, server.port());
            claims(settings, report, cairn, server.port());
        }
    }

    private static void create(Cairn cairn, long seed) {
        String[] metadata = Samples.metadata(seed, 1_024);
        for (int first = 0; first < TASKS; first += BATCH) {
            Batch batch = cairn.batch();
            for (int i = first; i < first + BATCH; i++) {
                batch.add(TaskWrites.create(NewTask.of(Samples.id(i)).metadata(metadata[i & 1_023])));
            }
            batch.commitAtomic(Ack.ACCEPTED);
        }
        cairn.sync();
    }

    /** One thing that a client does; returns 1. */
    @FunctionalInterface
    private interface Request {
        int send(Connection connection, int client) throws IOException;
    }

    private static Crowd round(int port, double seconds, Request request) throws Exception {
        Connection[] connections = new Connection[CLIENTS];
        try {
            for (int i = 0; i < CLIENTS; i++) {
                connections[i] = new Connection(port);
            }
            return Crowd.round(CLIENTS, seconds, client -> request.send(connections[client], client));
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static String expect(Connection connection, String method, String path, String json) throws IOException {
        int status = connection.send(method, path, json);
        if (status != 200) {
            throw new IOException("expected 200, was " + status + ": " + connection.body());
        }
        return connection.body();
    }

    /** The value of a member of an answer, up to the comma or brace behind it. */
    private static String member(String json, String name) {
        int from = json.indexOf("\"" + name + "\":") + name.length() + 3;
        int to = from;
        while (json.charAt(to) != ',' && json.charAt(to) != '}') {
            to++;
        }
        return json.substring(from, to);
    }

    private static void leases(Settings settings, Report report, Cairn cairn, int port) throws Exception {
        String body = "{\"holder\":\"agent-01\",\"ttlMs\":600000}";
        int[] next = new int[CLIENTS * 16];
        String answer;
        try (Connection connection = new Connection(port)) {
            answer = expect(connection, "POST", "/v1/leases/sample", body);
        }
        long before = cairn.leases().counts().grants();
        Request pair = (connection, client) -> {
            String path = "/v1/leases/lock-" + client + "-" + next[client * 16]++ % LEASES_EACH;
            String token = member(expect(connection, "POST", path, body), "token");
            expect(connection, "DELETE", path + "/" + token, "");
            return 1;
        };
        List<Crowd> own = new ArrayList<>();
        List<Crowd> peer = new ArrayList<>();
        long count = 0;
        try (BareServer bare = new BareServer(answer)) {
            for (int i = -1; i < settings.rounds(); i++) {
                Crowd bareRound = round(bare.port(), settings.shortSeconds(), pair);
                Crowd ownRound = round(port, settings.shortSeconds(), pair);
                count += ownRound.count();
                if (i >= 0) {
                    peer.add(bareRound);
                    own.add(ownRound);
                }
            }
        }
        var counts = cairn.leases().counts();
        report.gate("a grant for each pair", counts.grants() - before == count, counts);
        report.gate("all of them given back", counts.held() == 1, counts);
        report.crowd("bare Javalin, two requests", peer, peer, "itself");
        report.crowd("acquire + release, durable", own, peer, "bare Javalin");
    }

    private static void claims(Settings settings, Report report, Cairn cairn, int port) throws Exception {
        String body = "{\"agent\":\"agent-01\",\"ttlMs\":36000000}";
        Set<String> taken = ConcurrentHashMap.newKeySet();
        AtomicInteger twice = new AtomicInteger();
        String answer;
        try (Connection connection = new Connection(port)) {
            answer = expect(connection, "POST", "/v1/tasks/claim", body);
            taken.add(member(answer, "id"));
        }
        long count = 1;
        List<Crowd> own = new ArrayList<>();
        List<Crowd> peer = new ArrayList<>();
        try (BareServer bare = new BareServer(answer)) {
            for (int i = -1; i < settings.rounds(); i++) {
                Crowd bareRound = round(bare.port(), settings.shortSeconds(), (connection, client) -> {
                    expect(connection, "POST", "/v1/tasks/claim", body);
                    return 1;
                });
                Crowd ownRound = round(port, settings.shortSeconds(), (connection, client) -> {
                    boolean first = taken.add(member(expect(connection, "POST", "/v1/tasks/claim", body), "id"));
                    twice.addAndGet(first ? 0 : 1);
                    return 1;
                });
                count += ownRound.count();
                if (i >= 0) {
                    peer.add(bareRound);
                    own.add(ownRound);
                }
            }
        }
        report.gate("no task given twice", twice.get() == 0 && taken.size() == count, twice);
        report.crowd("bare Javalin, one request", peer, peer, "itself");
        report.crowd("claim, durable", own, peer, "bare Javalin");
        report.note("%,d tasks left of %,d", TASKS - cairn.leases().counts().held() + 1, TASKS);
    }
}
