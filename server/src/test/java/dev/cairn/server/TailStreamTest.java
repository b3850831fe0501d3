package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.NotReadyException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a tail writes when its source does not just go on. */
class TailStreamTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Does one thing after the other, then stops the tail. */
    private static final class Script implements RecordSource {
        private final Queue<Gap> gaps = new ArrayDeque<>();
        private @Nullable RuntimeException failure;
        private boolean closed;
        private Runnable end = () -> {};

        @Override
        public Chunk next(Duration waitMax) {
            if (failure != null) {
                throw failure;
            }
            Gap gap = gaps.poll();
            if (gap == null) {
                end.run();
                return Chunk.NOTHING;
            }
            return new Chunk(gap, List.of());
        }

        @Override
        public long position() {
            return 5;
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
    void shouldTellOfARangeThatWasLost() {
        Script script = new Script();
        script.gaps.add(new RecordSource.Gap(5, 8));

        assertThat(run(script, true))
                .isEqualTo("retry: 1000\n\nid: 8\nevent: gap\ndata: {\"gap\":{\"first\":5,\"last\":8}}\n\n");
        assertThat(script.closed).isTrue();
    }

    @Test
    void shouldTellOfAGapInLines() {
        Script script = new Script();
        script.gaps.add(new RecordSource.Gap(0, 6));

        assertThat(run(script, false)).isEqualTo("{\"gap\":{\"first\":0,\"last\":6}}\n");
    }

    @Test
    void shouldSayWhyItEnds() {
        Script script = new Script();
        script.failure = new NotReadyException("closing");

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
