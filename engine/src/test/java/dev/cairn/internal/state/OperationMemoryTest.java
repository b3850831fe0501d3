package dev.cairn.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.jvm.JvmAccess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OperationMemoryTest {
    private static final long SPAN = 100;

    private final OperationMemory memory = new OperationMemory(1, SPAN);

    @BeforeAll
    static void openJdk() {
        JvmAccess.open();
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void shouldFindWhatAnOperationDid() {
        RememberedOperation remembered = new RememberedOperation(3, 17, 5, 0xCAFE);
        remember("import-1", 4, remembered);

        assertThat(memory.find("import-1", 4)).contains(remembered);
        assertThat(memory.find("import-1", 5)).isEmpty();
        assertThat(memory.find("import-", 4)).isEmpty();
        assertThat(memory.size()).isEqualTo(1);
    }

    @Test
    void shouldRememberAtLeastOneSpanAndAtMostTwo() {
        for (long offset = 0; offset < 1_000; offset++) {
            remember("op-" + offset, 0, at(offset));
            long from = memory.rememberedFrom();
            assertThat(offset + 1 - from).isBetween(Math.min(offset + 1, SPAN), 2 * SPAN);
            assertThat(memory.find("op-" + from, 0)).contains(at(from));
            assertThat(memory.find("op-" + (from - 1), 0)).isEmpty();
        }
        assertThat(memory.size()).isEqualTo(2 * SPAN);
    }

    @Test
    void shouldRememberAcrossAJumpOfOffsets() {
        remember("before", 0, at(50));
        remember("after", 0, at(50 + (1 << 20)));

        assertThat(memory.find("before", 0)).isPresent();
        assertThat(memory.find("after", 0)).isPresent();
        assertThat(memory.rememberedFrom()).isZero();
    }

    @Test
    void shouldFindTheNewestOfTwoGenerations() {
        remember("op", 0, at(50));
        for (long offset = 51; offset < 50 + SPAN; offset++) {
            remember("other-" + offset, 0, at(offset));
        }
        remember("op", 0, at(50 + SPAN));

        assertThat(memory.find("op", 0)).contains(at(50 + SPAN));
    }

    @Test
    void shouldTakeAnIdOf512BytesAndNoLonger() {
        remember("x".repeat(512), 1, at(1));
        assertThat(memory.find("x".repeat(512), 1)).contains(at(1));
        assertThat(memory.find("x".repeat(5_000), 1)).isEmpty();
        assertThatThrownBy(() -> remember("x".repeat(513), 1, at(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an operation id of at most 512 bytes, was 513");
    }

    @Test
    void shouldBeTheSameAfterBeingRestoredInAnyOrder() {
        long seed = System.nanoTime();
        for (long offset = 0; offset < 250; offset++) {
            remember("op-" + offset, (int) offset, at(offset));
        }
        List<ByteSlab[]> entries = new ArrayList<>();
        memory.forEach((key, value) ->
                entries.add(new ByteSlab[] {ByteSlab.copyOf(key.toByteArray()), ByteSlab.copyOf(value.toByteArray())}));
        Collections.shuffle(entries, new Random(seed));

        try (OperationMemory restored = new OperationMemory(2, SPAN)) {
            entries.forEach(entry -> restored.restore(entry[0], entry[1]));
            assertThat(restored.size()).as("seed %d", seed).isEqualTo(memory.size());
            assertThat(restored.rememberedFrom()).isEqualTo(memory.rememberedFrom());
            for (int offset = 0; offset < 250; offset++) {
                assertThat(restored.find("op-" + offset, offset)).isEqualTo(memory.find("op-" + offset, offset));
            }
        }
    }

    @Test
    void shouldScanWhatWasRememberedThoughItIsDroppedMeanwhile() {
        for (long offset = 0; offset < 150; offset++) {
            remember("op-" + offset, 0, at(offset));
        }
        List<Long> seen = new ArrayList<>();
        try (OperationScan scan = memory.beginScan()) {
            for (long offset = 150; offset < 900; offset++) {
                remember("op-" + offset, 0, at(offset));
            }
            assertThat(scan.size()).isEqualTo(150);
            scan.forEach((key, value) -> seen.add(value.longAt(0)));
        }
        assertThat(seen).hasSize(150).doesNotHaveDuplicates().allMatch(offset -> offset < 150);
        assertThat(memory.size()).isEqualTo(2 * SPAN);
        memory.beginScan().close();
    }

    private void remember(String operation, int item, RememberedOperation remembered) {
        memory.remember(ByteSlab.ofUtf8(operation), item, remembered);
    }

    private static RememberedOperation at(long offset) {
        return new RememberedOperation(1, offset, offset + 1, offset * 31 + 7);
    }
}
