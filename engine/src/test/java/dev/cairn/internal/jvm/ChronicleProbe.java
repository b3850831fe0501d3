package dev.cairn.internal.jvm;

import java.nio.file.Path;
import java.util.Arrays;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.values.Values;

/**
 * A program that embeds Chronicle by way of {@link JvmAccess} and says what it did; run in a JVM of its own.
 *
 * <p>Threading: main thread only.
 */
final class ChronicleProbe {
    private ChronicleProbe() {}

    /** Prints one line for each thing that works; fails with a stack trace otherwise. */
    public static void main(String[] args) {
        try {
            JvmAccess.open();
        } catch (JvmAccessException refused) {
            System.out.println("refused: " + refused.getMessage());
            return;
        }
        System.out.println("opened");
        useMap();
        System.out.println("map");
        useQueue(Path.of(args[0]));
        System.out.println("queue");
        Class<?> counters = Values.nativeClassFor(VanillaGlobalMutableState.class);
        System.out.println("counters from "
                + (counters.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .equals(JvmAccess.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation())
                        ? "Cairn"
                        : "elsewhere"));
    }

    private static void useMap() {
        try (ChronicleMap<byte[], byte[]> map = ChronicleMap.of(byte[].class, byte[].class)
                .entries(100)
                .averageKeySize(10)
                .averageValueSize(100)
                .create()) {
            map.put(new byte[] {1}, new byte[] {2});
            if (!Arrays.equals(map.get(new byte[] {1}), new byte[] {2})) {
                throw new IllegalStateException("expected what was put, was something else");
            }
        }
    }

    private static void useQueue(Path directory) {
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.single(directory.toString())
                        .syncMode(SyncMode.NONE)
                        .build();
                ExcerptAppender appender = queue.createAppender()) {
            appender.writeText("one");
            if (!"one".equals(queue.createTailer().readText())) {
                throw new IllegalStateException("expected what was appended, was something else");
            }
        }
    }
}
