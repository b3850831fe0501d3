package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentWriterTest {
    @TempDir
    Path root;

    @Test
    void shouldReadBackEveryRecordAcrossManyRolls() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            while (log.writer.segment() < 6) {
                log.append(1 + (int) (log.last() % 3 + 3) % 3, 200);
            }
            LogCursor cursor = log.cursor();
            cursor.seek(0);
            long offset = 0;
            while (cursor.next(log.last())) {
                assertThat(cursor.frame().offset()).isEqualTo(offset++);
            }
            assertThat(offset).isEqualTo(log.last() + 1);
        }
    }
}
