package dev.cairn.internal.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Random;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.Values;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds our counters of Chronicle Map against those that the library makes when it finds none. */
class MapCountersTest {
    private static final int BYTES = 25;

    @BeforeAll
    static void openJdk() {
        JvmAccess.open();
    }

    @Test
    void shouldBeTheClassThatTheLibraryLooksFor() {
        assertThat(Values.nativeClassFor(VanillaGlobalMutableState.class).getProtectionDomain())
                .isEqualTo(JvmAccess.class.getProtectionDomain());
    }

    @Test
    void shouldLayItsBytesWhereTheLibraryLaysThem() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (WithoutOurs loader = new WithoutOurs()) {
            Class<?> probe = loader.loadClass(Fill.class.getName());
            for (int round = 0; round < 50; round++) {
                long fill = random.nextLong();
                byte[] ours = Fill.bytes(fill);
                byte[] theirs =
                        (byte[]) probe.getDeclaredMethod("bytes", long.class).invoke(null, fill);
                assertThat(ours).as("seed %d, fill %d", seed, fill).isEqualTo(theirs);
            }
            Class<?> made = (Class<?>) probe.getDeclaredMethod("made").invoke(null);
            assertThat(made.getClassLoader()).isSameAs(loader);
        }
    }

    @Test
    void shouldRefuseValuesThatDoNotFit() {
        VanillaGlobalMutableState counters = Fill.over(BytesStore.wrap(new byte[BYTES]));

        assertThatThrownBy(() -> counters.setAllocatedExtraTierBulks(1 << 24))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected allocatedExtraTierBulks from 0 to 16777215, was 16777216");
        assertThatThrownBy(() -> counters.setExtraTiersInUse(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> counters.bytesStore(BytesStore.wrap(new byte[BYTES]), 0, BYTES - 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Writes and reads every counter by way of whichever class the library finds. */
    public static final class Fill {
        private Fill() {}

        /** The class that the library found or made. */
        public static Class<?> made() {
            return Values.nativeClassFor(VanillaGlobalMutableState.class);
        }

        /** The bytes under the counters after they were set to values that follow from {@code seed}. */
        public static byte[] bytes(long seed) {
            Random random = new Random(seed);
            byte[] under = new byte[BYTES];
            random.nextBytes(under);
            VanillaGlobalMutableState counters = over(BytesStore.wrap(under));
            counters.setAllocatedExtraTierBulks(random.nextInt(1 << 24));
            counters.setFirstFreeTierIndex(random.nextLong() & 0xFF_FFFF_FFFFL);
            counters.setExtraTiersInUse(random.nextLong() & 0xFF_FFFF_FFFFL);
            counters.setSegmentHeadersOffset(random.nextLong() & 0xFFFF_FFFFL);
            counters.setDataStoreSize(random.nextLong() >>> 2);
            counters.addDataStoreSize(random.nextInt());
            long read = counters.getAllocatedExtraTierBulks()
                    + counters.getFirstFreeTierIndex()
                    + counters.getExtraTiersInUse()
                    + counters.getSegmentHeadersOffset()
                    + counters.getDataStoreSize();
            byte[] both = new byte[BYTES + Long.BYTES];
            System.arraycopy(under, 0, both, 0, BYTES);
            for (int i = 0; i < Long.BYTES; i++) {
                both[BYTES + i] = (byte) (read >>> (8 * i));
            }
            return both;
        }

        static VanillaGlobalMutableState over(BytesStore<?, ?> bytes) {
            VanillaGlobalMutableState counters = Values.newNativeReference(VanillaGlobalMutableState.class);
            counters.bytesStore(bytes, 0, BYTES);
            return counters;
        }
    }

    /** Sees every class of the tests' class path but ours of that name, and shares none with its parent. */
    private static final class WithoutOurs extends URLClassLoader {
        WithoutOurs() {
            super(new URL[0], ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            String resource = name.replace('.', '/') + ".class";
            if (name.endsWith("VanillaGlobalMutableState$$Native")) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in = MapCountersTest.class.getClassLoader().getResourceAsStream(resource)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length, MapCountersTest.class.getProtectionDomain());
            } catch (IOException failed) {
                throw new ClassNotFoundException(name, failed);
            }
        }

        @Override
        public URL findResource(String name) {
            return MapCountersTest.class.getClassLoader().getResource(name);
        }
    }
}
