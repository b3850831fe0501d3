package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is made of a file of which the disk does not give every page. */
class SegmentBytesTest {
    private static final Path FILE = Path.of("segment");
    private static final int PAGE = SegmentBytes.PAGE_BYTES;
    private static final int PAGES = 100;

    private final byte[] file = new byte[PAGES * PAGE];

    SegmentBytesTest() {
        Arrays.fill(file, 0, 90 * PAGE + 7, (byte) 1);
    }

    @Test
    void shouldTakeTheMappingWhereAllCanBeRead() throws IOException {
        ByteBuffer mapped = ByteBuffer.wrap(file);
        SegmentBytes bytes = SegmentBytes.checked(FILE, failingAt(Set.of()), mapped, 0);
        assertThat(bytes.bytes()).isSameAs(mapped);
        assertThat(bytes.usedEnd()).isEqualTo(90 * PAGE + 7);
    }

    @Test
    void shouldFillThePagesThatCannotBeReadAndKeepAllOthers() throws IOException {
        Set<Integer> bad = Set.of(0, 41, 42, 95);
        SegmentBytes bytes = SegmentBytes.checked(FILE, failingAt(bad), ByteBuffer.wrap(file), 0);
        for (int i = 0; i < file.length; i++) {
            byte expected = bad.contains(i / PAGE) ? SegmentBytes.UNREADABLE : file[i];
            assertThat(bytes.bytes().get(i)).as("byte %d", i).isEqualTo(expected);
        }
        assertThat(bytes.usedEnd()).isEqualTo(96 * PAGE);
    }

    @Test
    void shouldNotReadWhatStandsBeforeThePlaceAskedFor() throws IOException {
        ByteBuffer mapped = ByteBuffer.wrap(file);
        SegmentBytes bytes = SegmentBytes.checked(FILE, failingAt(Set.of(0, 31)), mapped, 40 * PAGE);
        assertThat(bytes.bytes()).isSameAs(mapped);
        assertThat(bytes.usedEnd()).isEqualTo(90 * PAGE + 7);
    }

    @Test
    void shouldNotTakeForDamageWhatPasses() {
        boolean[] failed = new boolean[1];
        SegmentBytes.Source once = (into, position) -> {
            if (!failed[0]) {
                failed[0] = true;
                throw new IOException("Input/output error");
            }
            return failingAt(Set.of()).read(into, position);
        };
        assertThatThrownBy(() -> SegmentBytes.checked(FILE, once, ByteBuffer.wrap(file), 0))
                .isInstanceOf(IOException.class)
                .hasMessage("Input/output error");
    }

    /** Gives up to the bad page what there is, as a channel does, and fails when that one is next. */
    private SegmentBytes.Source failingAt(Set<Integer> bad) {
        return (into, position) -> {
            int from = (int) position;
            if (from >= file.length) {
                return -1;
            }
            int end = Math.min(file.length, from + into.remaining());
            int page = from / PAGE;
            while (page * PAGE < end && !bad.contains(page)) {
                page++;
            }
            int readable = Math.min(end, page * PAGE) - from;
            if (readable <= 0) {
                throw new IOException("Input/output error");
            }
            into.put(file, from, readable);
            return readable;
        };
    }
}
