package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What a tail writes when its source does not just go on. */
class TailStreamTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Does one thing after the other, then stops the tail. */
    private static final class Script implements RecordSource {
        private final Queue<RuntimeException> failures = new ArrayDeque<>();
        private long position = 5;
        private boolean closed;
        private Runnable end = () -> {};

        @Override
        public List<LogRecord> next(Duration waitMax) {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            end.run();
            return List.of();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void skipTo(long offset) {
            position = offset;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static String run(Script script, boolean events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Tail tail = new Tail(script, out, events, HOUR);
        script.end = tail::stop;
        tail.run();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldTellOfARangeThatWasLostAndGoOnBehindIt() {
        Script script = new Script();
        script.failures.add(new GoneException("lost", null, 9L));

        assertThat(run(script, true))
                .isEqualTo(
                        "retry: 1000\n\nid: 8\nevent: gap\ndata: {\"event\":\"gap\",\"from\":5,\"resumeFrom\":9}\n\n");
        assertThat(script.position).isEqualTo(9);
        assertThat(script.closed).isTrue();
    }

    @Test
    void shouldTellOfAGapInLines() {
        Script script = new Script();
        script.failures.add(new GoneException("below", 7L, null));

        assertThat(run(script, false)).isEqualTo("{\"event\":\"gap\",\"from\":5,\"resumeFrom\":7}\n");
    }

    @Test
    void shouldSayWhyItEnds() {
        Script script = new Script();
        script.failures.add(new dev.cairn.NotReadyException("closing"));

        assertThat(run(script, true)).contains("event: error\ndata: {").contains("\"code\":\"not_ready\"");
        assertThat(script.closed).isTrue();
    }

    @Test
    void shouldEndQuietlyWhenItsClientIsGone() {
        Script script = new Script();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };

        new Tail(script, broken, true, HOUR).run();

        assertThat(script.closed).isTrue();
    }
}
