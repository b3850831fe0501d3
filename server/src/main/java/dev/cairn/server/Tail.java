package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.LogRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows the log, by server-sent events or by NDJSON. Its one thread reads, writes and keeps the connection
 * warm, so nothing it writes can interleave.
 *
 * <p>Threading: {@link #run} on a thread of its own, {@link #stop} on any.
 */
final class Tail {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

    /** How soon a tail notices that it is to stop. */
    private static final long STOP_CHECK_MILLIS = 200;

    private static final int FLUSH_BYTES = 16 << 10;

    private final RecordSource source;
    private final OutputStream out;
    private final boolean events;
    private final long heartbeatNanos;
    private final Bytes bytes = new Bytes(FLUSH_BYTES * 2);
    private volatile boolean stopped;

    Tail(RecordSource source, OutputStream out, boolean events, Duration heartbeatInterval) {
        this.source = source;
        this.out = out;
        this.events = events;
        this.heartbeatNanos = heartbeatInterval.toNanos();
    }

    void stop() {
        stopped = true;
    }

    void run() {
        try (source) {
            begin();
            followOrTell();
        } catch (IOException e) {
            LOG.debug("tail ended by its client", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why the log cannot be followed any further is the last thing that the client is told. */
    private void followOrTell() throws IOException, InterruptedException {
        try {
            follow();
        } catch (RuntimeException e) {
            Problem problem = Problems.of(e);
            LOG.info("tail ended: {}", problem.detail());
            bytes.reset();
            begin("error", -1);
            write(problem::write);
            flush();
        }
    }

    /** Sends the headers at once: a client must not wait for the first record to know that it is connected. */
    private void begin() throws IOException {
        if (events) {
            bytes.writeBytes("retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        bytes.drainTo(out);
        out.flush();
    }

    private void follow() throws IOException, InterruptedException {
        long heartbeatAt = System.nanoTime() + heartbeatNanos;
        while (!stopped) {
            long left = Math.max(0, heartbeatAt - System.nanoTime());
            Duration waitMax = Duration.ofNanos(
                    Math.min(left, Duration.ofMillis(STOP_CHECK_MILLIS).toNanos()));
            boolean spoke = step(waitMax);
            if (!spoke && System.nanoTime() >= heartbeatAt) {
                heartbeat();
                spoke = true;
            }
            if (spoke) {
                heartbeatAt = System.nanoTime() + heartbeatNanos;
            }
        }
    }

    /** Sends what comes next, if anything comes in time; says whether anything was sent. */
    private boolean step(Duration waitMax) throws IOException, InterruptedException {
        RecordSource.Chunk chunk = source.next(waitMax);
        if (chunk.gap() != null) {
            gap(chunk.gap());
        }
        for (LogRecord record : chunk.records()) {
            begin("record", record.offset());
            write(json -> RecordJson.write(json, record));
            if (bytes.size() >= FLUSH_BYTES) {
                flush();
            }
        }
        flush();
        return chunk.gap() != null || !chunk.records().isEmpty();
    }

    private void heartbeat() throws IOException {
        if (!events) {
            // A blank line: readers of NDJSON skip it, and a client that is gone is noticed.
            bytes.write('\n');
            flush();
            return;
        }
        begin("heartbeat", -1);
        long last = source.position() - 1;
        write(json -> {
            json.writeStartObject();
            json.writeNumberField("offset", last);
            json.writeEndObject();
        });
        flush();
    }

    private void gap(RecordSource.Gap gap) throws IOException {
        begin("gap", gap.last());
        write(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("gap");
            json.writeNumberField("first", gap.first());
            json.writeNumberField("last", gap.last());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private void begin(String event, long id) {
        if (events) {
            String head = (id < 0 ? "" : "id: " + id + "\n") + "event: " + event + "\ndata: ";
            bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void write(Exchange.Body value) throws IOException {
        try (JsonGenerator json = Json.generator(bytes)) {
            value.write(json);
        }
        bytes.write('\n');
        if (events) {
            bytes.write('\n');
        }
    }

    private void flush() throws IOException {
        if (bytes.size() > 0) {
            bytes.drainTo(out);
            out.flush();
        }
    }
}
