package dev.cairn.session;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine that a test opens for its sessions, with a clock that the test moves, and what messages say. */
abstract class OpenedSessions {
    static final WriteOptions DEFAULTS = WriteOptions.defaults();
    static final Duration WAIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    /** Stands still unless a test moves it. */
    final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

    Cairn cairn;
    Sessions sessions;

    @BeforeEach
    void open() {
        open(directory);
    }

    final void open(Path root) {
        cairn = Cairn.open(root, options().build());
        sessions = cairn.sessions();
    }

    CairnOptions.Builder options() {
        return TestDirectories.smallSegments().clock(new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis.get());
            }

            @Override
            public ZoneId getZone() {
                return ZoneId.of("UTC");
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    List<Receipt> fill(String session, int count) {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receipts.add(sessions.append(session, NewMessage.of("user", "" + i)));
        }
        return receipts;
    }

    static List<String> texts(MessagePage page) {
        return page.messages().stream().map(OpenedSessions::text).toList();
    }

    static String text(Message message) {
        String content = message.content();
        return content.substring(1, content.length() - 1);
    }
}
