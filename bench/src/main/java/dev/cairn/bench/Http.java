package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.log.NewRecord;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * The engine over HTTP beside a bare Javalin handler, both with the same client; batches; server-sent events.
 *
 * <p>Threading: one at a time.
 */
final class Http implements Experiment {
    private static final int CLIENTS = 4;
    private static final int TASKS_EACH = 5_000;
    private static final int BATCH_LINES = 100_000;
    private static final int EVENTS_PER_SECOND = 500;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String title() {
        return "HTTP: single writes and reads beside a bare Javalin handler, NDJSON batches, server-sent events";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(CLIENTS * TASKS_EACH);
        ServerOptions options =
                ServerOptions.builder().port(0).ack(Ack.ACCEPTED).build();
        try (Cairn cairn = Samples.open(directory, Samples.withoutProjection());
                CairnServer server = CairnServer.start(cairn, options)) {
            Samples.create(cairn, ids, settings.seed());
            new Single(settings, report, ids, server.port()).run(cairn);
            batch(settings, report, cairn, ids, server.port());
            events(settings, report, cairn, server.port());
        }
    }

    /** Single writes and reads. */
    private static final class Single {
        private final Settings settings;
        private final Report report;
        private final String[] ids;
        private final int port;
        private final int[] versions;
        private final int[] next = new int[CLIENTS];
        private long written;

        Single(Settings settings, Report report, String[] ids, int port) {
            this.settings = settings;
            this.report = report;
            this.ids = ids;
            this.port = port;
            versions = new int[ids.length];
            java.util.Arrays.fill(versions, 1);
        }

        void run(Cairn cairn) throws Exception {
            String read = sample("GET", ids[0], "");
            String wrote = sample("PATCH", ids[0], "{\"status\":\"running\",\"expectedVersion\":1}");
            versions[0]++;
            written++;
            compare("PATCH", wrote, "single write");
            compare("GET", read, "single read");
            long sum = 0;
            for (String id : ids) {
                sum += cairn.tasks().get(id).orElseThrow().version() - 1;
            }
            report.gate("one version for each PATCH", sum == written, sum + " for " + written);
        }

        private String sample(String method, String id, String json) throws IOException {
            try (Connection connection = new Connection(port)) {
                int status = connection.send(method, "/v1/tasks/" + id, json);
                if (status != 200) {
                    throw new IOException("expected 200, was " + status + ": " + connection.body());
                }
                return connection.body();
            }
        }

        private void compare(String method, String answer, String what) throws Exception {
            List<Crowd> own = new ArrayList<>();
            List<Crowd> peer = new ArrayList<>();
            try (BareServer bare = new BareServer(answer)) {
                for (int i = -1; i < settings.rounds(); i++) {
                    Crowd bareRound = round(method, bare.port(), false);
                    Crowd ownRound = round(method, port, true);
                    if (i >= 0) {
                        peer.add(bareRound);
                        own.add(ownRound);
                    }
                }
            }
            double ratio = 100 * Crowd.medianRatio(own, peer);
            print("bare Javalin, " + what, Crowd.median(peer));
            print("Cairn, " + what + ", accepted", Crowd.median(own));
            report.goal("of bare Javalin, " + what, ratio, "%", ratio >= 80, "≥ 80 %");
        }

        private void print(String what, Crowd crowd) {
            report.line(
                    what,
                    "%,12.0f/s   p50 %8.3f ms   p99 %8.3f ms",
                    crowd.perSecond(),
                    crowd.p50Nanos() / 1e6,
                    crowd.p99Nanos() / 1e6);
        }

        private Crowd round(String method, int to, boolean counts) throws Exception {
            Connection[] connections = new Connection[CLIENTS];
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    connections[i] = new Connection(to);
                }
                Crowd crowd = Crowd.round(
                        CLIENTS, settings.roundSeconds(), client -> send(connections[client], method, client, counts));
                written += counts && method.equals("PATCH") ? crowd.count() : 0;
                return crowd;
            } finally {
                for (Connection connection : connections) {
                    connection.close();
                }
            }
        }

        private int send(Connection connection, String method, int client, boolean counts) throws IOException {
            int task = client * TASKS_EACH + next[client];
            next[client] = (next[client] + 1) % TASKS_EACH;
            String json = "";
            if (method.equals("PATCH")) {
                int version = versions[task];
                versions[task] += counts ? 1 : 0;
                json = "{\"status\":\"" + Samples.status(version + 1L) + "\",\"expectedVersion\":" + version + "}";
            }
            int status = connection.send(method, "/v1/tasks/" + ids[task], json);
            if (status != 200) {
                throw new IOException("expected 200, was " + status + ": " + connection.body());
            }
            return 1;
        }
    }

    private static void batch(Settings settings, Report report, Cairn cairn, String[] ids, int port) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < BATCH_LINES; i++) {
            lines.append("{\"op\":\"append\",\"topic\":\"bench\",\"key\":\"k")
                    .append(i % ids.length)
                    .append("\",\"payload\":")
                    .append(Samples.metadata(settings.seed(), 1)[0])
                    .append("}\n");
        }
        byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
        double[] rates = new double[settings.rounds() + 1];
        long before = cairn.metrics().records();
        for (int i = 0; i < rates.length; i++) {
            long started = System.nanoTime();
            post(port, body);
            rates[i] = BATCH_LINES * 1e9 / (System.nanoTime() - started);
        }
        long appended = cairn.metrics().records() - before;
        report.gate("one record for each line", appended == (long) rates.length * BATCH_LINES, appended);
        double median = DoubleStream.of(rates).skip(1).sorted().toArray()[(rates.length - 1) / 2];
        report.goal("NDJSON batch, 200 B payloads, accepted", median, "records/s", median >= 300_000, "≥ 300,000/s");
    }

    /** Answers come while lines are still being sent, so one thread sends and this one reads. */
    private static void post(int port, byte[] body) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            Thread sending = new Thread(() -> send(out, body), "bench-lines");
            sending.start();
            byte[] answer = socket.getInputStream().readAllBytes();
            sending.join();
            String status = new String(answer, 0, Math.min(12, answer.length), StandardCharsets.US_ASCII);
            if (!status.equals("HTTP/1.1 200")) {
                throw new IOException("expected 200, was " + status);
            }
        }
    }

    private static void send(OutputStream out, byte[] body) {
        String head = "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/x-ndjson\r\nContent-Length: " + body.length + "\r\n\r\n";
        try {
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void events(Settings settings, Report report, Cairn cairn, int port) throws Exception {
        int records = (int) (2 * settings.roundSeconds() * EVENTS_PER_SECOND);
        ConcurrentHashMap<String, Long> sent = new ConcurrentHashMap<>();
        CountDownLatch done = new CountDownLatch(records);
        Histogram histogram = new Histogram(3);
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/v1/log/tail?from=end&topic=ticks")
                        .toURL()
                        .openConnection();
        connection.setRequestProperty("Accept", "text/event-stream");
        cairn.sync();
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        Thread client = new Thread(() -> receive(reader, sent, histogram, done), "bench-events");
        client.setDaemon(true);
        client.start();
        long next = System.nanoTime();
        String payload = Samples.metadata(settings.seed(), 1)[0];
        for (int i = 0; i < records; i++) {
            next += TimeUnit.SECONDS.toNanos(1) / EVENTS_PER_SECOND;
            for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            String key = "tick-" + i;
            sent.put(key, System.nanoTime());
            cairn.log().append(NewRecord.of("ticks", key, payload));
        }
        report.gate("each record arrived as an event", done.await(30, TimeUnit.SECONDS), done);
        connection.disconnect();
        report.line("append to SSE client, durable, p50", "%,14.2f ms", histogram.getValueAtPercentile(50) / 1e6);
        double p99 = histogram.getValueAtPercentile(99) / 1e6;
        report.goal("append to SSE client, durable, p99", p99, "ms", p99 < 10, "< 10 ms");
    }

    private static void receive(
            BufferedReader reader, ConcurrentHashMap<String, Long> sent, Histogram histogram, CountDownLatch done) {
        try {
            for (String line = reader.readLine(); line != null && done.getCount() > 0; line = reader.readLine()) {
                int key = line.indexOf("\"key\":\"");
                if (line.startsWith("data:") && key > 0) {
                    int from = key + 7;
                    Long at = sent.remove(line.substring(from, line.indexOf('"', from)));
                    if (at != null) {
                        histogram.recordValue(System.nanoTime() - at);
                        done.countDown();
                    }
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
