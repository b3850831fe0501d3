package dev.cairn.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.checkpoint.CheckpointLoad.Loaded;
import dev.cairn.internal.checkpoint.CheckpointLoad.Reason;
import dev.cairn.internal.checkpoint.CheckpointLoad.Unusable;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.jvm.JvmAccess;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.OperationScan;
import dev.cairn.internal.state.RememberedOperation;
import dev.cairn.internal.state.StateScan;
import dev.cairn.internal.state.StateSource;
import dev.cairn.internal.state.StateStore;
import dev.cairn.internal.state.StateVisitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateCheckpointTest {
    private static final UUID INSTALLATION = UUID.fromString("3f0c5c1e-8a58-4d39-9d0e-0a2f5a1b7c11");
    private static final CheckpointPosition POSITION = new CheckpointPosition(INSTALLATION, 7, 4_711, 0xCAFEBABE);
    private static final StateCheckpoint.Limits LIMITS = new StateCheckpoint.Limits(4_352, 1_000);

    private final StateStore state = new StateStore(StateStore.seedOf(INSTALLATION), 4_352);
    private final OperationMemory operations = new OperationMemory(StateStore.seedOf(INSTALLATION), 1_000);

    @TempDir
    Path directory;

    private Path file;

    @BeforeAll
    static void openJdk() {
        JvmAccess.open();
    }

    @BeforeEach
    void nameFile() {
        file = directory.resolve("state");
    }

    @AfterEach
    void closeStores() {
        state.close();
        operations.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 40_000})
    void shouldGiveBackEveryEntryOfEveryKind(int entries) throws Exception {
        fillState(entries);
        fillOperations(entries / 3);
        CheckpointHeader written = StateCheckpoint.write(file, POSITION, state, operations);

        Loaded loaded = (Loaded) load();
        try (StateStore loadedState = loaded.state();
                OperationMemory loadedOperations = loaded.operations()) {
            assertThat(loaded.header()).isEqualTo(written);
            assertThat(loaded.header().position()).isEqualTo(POSITION);
            assertThat(contentOf(loadedState)).isEqualTo(contentOf(state));
            assertThat(contentOf(loadedOperations)).isEqualTo(contentOf(operations));
            assertThat(loadedOperations.rememberedFrom()).isEqualTo(operations.rememberedFrom());
            // What was loaded is an ordinary store.
            loadedState.put(ByteSlab.ofUtf8("new"), ByteSlab.ofUtf8("value"));
            assertThat(loadedState.size()).isEqualTo(entries + 1L);
        }
        assertThat(directory).isDirectoryContaining(path -> path.equals(file));
        assertThat(file.resolveSibling("state.tmp")).doesNotExist();
    }

    /** A link to itself is something that not even root can open. */
    @Test
    void shouldNameAFileThatCannotBeOpenedOnce() throws Exception {
        Files.createSymbolicLink(file, file.getFileName());

        Unusable unusable = (Unusable) load();
        assertThat(unusable.reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(unusable.why()).startsWith(file + ": cannot be read: Too many levels of symbolic links");
    }

    @Test
    void shouldTakeTheLongestEntries() throws Exception {
        for (int i = 0; i < 300; i++) {
            ByteSlab key = new ByteSlab().length(StateStore.KEY_BYTES_MAX);
            key.setInt(0, i);
            state.put(key, new ByteSlab().length(4_352));
        }
        StateCheckpoint.write(file, POSITION, state, operations);

        assertLoadsWhatItHolds();
    }

    @Test
    void shouldWriteWhatAScanFixedWhileWritingGoesOn() throws Exception {
        fillState(5_000);
        fillOperations(500);
        Map<String, String> then = contentOf(state);
        try (StateScan scan = state.beginScan();
                OperationScan operationScan = operations.beginScan()) {
            for (int i = 0; i < 5_000; i += 2) {
                state.remove(ByteSlab.ofUtf8("task-" + i));
            }
            StateCheckpoint.write(file, POSITION, scan, operationScan);
        }
        Loaded loaded = (Loaded) load();
        assertThat(contentOf(loaded.state())).isEqualTo(then);
        loaded.state().close();
        loaded.operations().close();
    }

    @Test
    void shouldNeverLoadAFileInWhichAnyByteDiffers() throws Exception {
        byte[] whole = smallCheckpoint();
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % Byte.SIZE);
            Files.write(file, damaged);
            assertThat(load()).as("byte %d of %d", at, whole.length).isInstanceOf(Unusable.class);
        }
    }

    @Test
    void shouldNeverLoadAFileThatWasCutOrHasMoreThanItShould() throws Exception {
        byte[] whole = smallCheckpoint();
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(load()).as("%d of %d bytes", length, whole.length).isInstanceOf(Unusable.class);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThat(unusable(Reason.DAMAGED)).contains("expected the end of the file");
    }

    @Test
    void shouldNoticeBlocksThatChangedPlaces() throws Exception {
        byte[] entry = new byte[4_000];
        for (int i = 0; i < 300; i++) {
            state.put(ByteSlab.ofUtf8("task-" + i), ByteSlab.copyOf(entry));
        }
        StateCheckpoint.write(file, POSITION, state, operations);
        byte[] whole = Files.readAllBytes(file);
        ByteSlab bytes = ByteSlab.copyOf(whole);
        int first = CheckpointHeader.BYTES;
        int second = first + CheckpointBlock.HEADER_BYTES + bytes.intAt(first + 4);
        int third = second + CheckpointBlock.HEADER_BYTES + bytes.intAt(second + 4);
        byte[] swapped = whole.clone();
        System.arraycopy(whole, second, swapped, first, third - second);
        System.arraycopy(whole, first, swapped, first + third - second, second - first);
        Files.write(file, swapped);

        assertThat(unusable(Reason.DAMAGED)).contains("expected digest of blocks");
    }

    @Test
    void shouldSayWhatDoesNotFit() throws Exception {
        assertThat(unusable(Reason.ABSENT)).contains(file.toString());

        smallCheckpoint();
        CheckpointLoad foreign = StateCheckpoint.load(file, UUID.randomUUID(), LIMITS, header -> null);
        assertThat(((Unusable) foreign).reason()).isEqualTo(Reason.FOREIGN);
        CheckpointLoad otherLog = StateCheckpoint.load(
                file,
                INSTALLATION,
                LIMITS,
                header -> "expected offset 9, was " + header.position().offset());
        assertThat(otherLog).isEqualTo(new Unusable(Reason.UNSUITABLE, file + ": expected offset 9, was 4711"));
        CheckpointLoad tooLong =
                StateCheckpoint.load(file, INSTALLATION, new StateCheckpoint.Limits(3, 1_000), header -> null);
        assertThat(((Unusable) tooLong).reason()).isEqualTo(Reason.UNSUITABLE);

        new FileEnvelope(CheckpointHeader.KIND, CheckpointHeader.V1 + 1, INSTALLATION, new byte[48]).write(file);
        assertThat(unusable(Reason.NEWER)).contains("expected format 1 to 1, was 2");
        new FileEnvelope("MANI", 1, INSTALLATION, new byte[48]).write(file);
        assertThat(unusable(Reason.DAMAGED)).contains("expected a file of kind STCK, was MANI");
        new FileEnvelope(CheckpointHeader.KIND, 1, INSTALLATION, new byte[47]).write(file);
        assertThat(unusable(Reason.DAMAGED)).contains("expected a header of 48 bytes, was 47");
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(load()).isInstanceOf(Unusable.class);
    }

    @Test
    void shouldEndItsThreadsBeforeAnInterruptedLoadReturns() throws Exception {
        fillState(20_000);
        StateCheckpoint.write(file, POSITION, state, operations);

        Thread.currentThread().interrupt();
        assertThatThrownBy(this::load).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        assertThatThrownBy(() -> StateCheckpoint.load(file, INSTALLATION, LIMITS, header -> {
                    Thread.currentThread().interrupt();
                    return null;
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("cairn-checkpoint"));
    }

    @Test
    void shouldKeepTheOldFileWhenWritingFails() throws Exception {
        byte[] before = smallCheckpoint();
        StateSource failing = new StateSource() {
            @Override
            public long size() {
                return 1;
            }

            @Override
            public <X extends Exception> void forEach(StateVisitor<X> visitor) {
                throw new IllegalStateException("the scan broke off");
            }
        };
        assertThatThrownBy(() -> StateCheckpoint.write(file, POSITION, failing, operations))
                .hasMessage("the scan broke off");
        assertThat(file).hasBinaryContent(before);
        assertThat(file.resolveSibling("state.tmp")).doesNotExist();
    }

    private byte[] smallCheckpoint() throws IOException {
        fillState(5);
        fillOperations(2);
        StateCheckpoint.write(file, POSITION, state, operations);
        return Files.readAllBytes(file);
    }

    private void fillState(int entries) {
        Random random = new Random(entries);
        for (int i = 0; i < entries; i++) {
            byte[] value = new byte[40 + random.nextInt(200)];
            random.nextBytes(value);
            state.put(ByteSlab.ofUtf8("task-" + i), ByteSlab.copyOf(value));
        }
    }

    private void fillOperations(int entries) {
        for (int i = 0; i < entries; i++) {
            operations.remember(ByteSlab.ofUtf8("import"), i, new RememberedOperation(7, i, 1, i * 31L));
        }
    }

    private void assertLoadsWhatItHolds() throws Exception {
        Loaded loaded = (Loaded) load();
        try (StateStore loadedState = loaded.state();
                OperationMemory loadedOperations = loaded.operations()) {
            assertThat(contentOf(loadedState)).isEqualTo(contentOf(state));
            assertThat(contentOf(loadedOperations)).isEqualTo(contentOf(operations));
        }
    }

    private CheckpointLoad load() throws InterruptedException {
        return StateCheckpoint.load(file, INSTALLATION, LIMITS, header -> null);
    }

    private String unusable(Reason reason) throws InterruptedException {
        Unusable unusable = (Unusable) load();
        assertThat(unusable.reason()).as(unusable.why()).isEqualTo(reason);
        return unusable.why();
    }

    private static Map<String, String> contentOf(StateSource source) {
        Map<String, String> content = new HashMap<>();
        source.forEach(
                (key, value) -> content.put(Arrays.toString(key.toByteArray()), Arrays.toString(value.toByteArray())));
        assertThat(content).hasSize((int) source.size());
        return content;
    }
}
