package dev.cairn.lease;

import dev.cairn.Cairn;
import dev.cairn.LogRecord;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine that a test opens for its leases, and the lease {@code a}, which most tests are about. */
abstract class OpenedLeases {
    static final WriteOptions DEFAULTS = WriteOptions.defaults();
    static final Duration LONG = Duration.ofMinutes(5);
    static final Duration SHORT = Duration.ofMillis(150);

    @TempDir
    Path directory;

    Cairn cairn;
    Leases leases;

    @BeforeEach
    void open() {
        cairn = Cairn.open(directory);
        leases = cairn.leases();
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    Grant acquire(String holder) {
        return leases.acquire("a", holder, LONG, Duration.ZERO);
    }

    LeasePlace queue(String holder) {
        return leases.request("a", holder, LONG, LONG, DEFAULTS);
    }

    List<String> story() {
        return leases.history("a", Long.MAX_VALUE, 100).stream()
                .map(LogRecord::type)
                .toList();
    }
}
