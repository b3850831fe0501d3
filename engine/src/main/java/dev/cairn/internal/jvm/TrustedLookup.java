package dev.cairn.internal.jvm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;

/**
 * The one lookup of the JDK that may reach every member of every module.
 *
 * <p>It sits in a static field that reflection cannot read, but {@code sun.misc.Unsafe} can, and that class is in a module
 * which is open to everybody. Works on JDK 17 to 25; where a later JDK denies it, the caller tells which flags to give.
 *
 * <p>Threading: immutable.
 */
final class TrustedLookup {
    /** Reached by name: javac warns about every mention of the class. */
    private static final String UNSAFE = "sun.misc.Unsafe";

    private final MethodHandles.Lookup lookup;

    private TrustedLookup(MethodHandles.Lookup lookup) {
        this.lookup = lookup;
    }

    static TrustedLookup obtain() throws ReflectiveOperationException {
        Class<?> unsafeClass = Class.forName(UNSAFE);
        Field theUnsafe = unsafeClass.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        Object unsafe = theUnsafe.get(null);
        Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
        Object base = unsafeClass.getMethod("staticFieldBase", Field.class).invoke(unsafe, trusted);
        Object at = unsafeClass.getMethod("staticFieldOffset", Field.class).invoke(unsafe, trusted);
        Object lookup =
                unsafeClass.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, at);
        return new TrustedLookup((MethodHandles.Lookup) lookup);
    }

    /** Does what {@code --add-opens=module/package=ALL-UNNAMED} does. */
    void openToAllUnnamed(Module module, String packageName) throws ReflectiveOperationException {
        MethodHandle open = lookup.findVirtual(
                Module.class, "implAddOpensToAllUnnamed", MethodType.methodType(void.class, String.class));
        invoke(() -> open.invoke(module, packageName));
    }

    /** Does what {@code --enable-native-access=ALL-UNNAMED} does; SQLite is a native library. Before JDK 22: nothing. */
    void allowNativeAccess() {
        try {
            MethodHandle allow = lookup.findStatic(
                    Module.class, "implAddEnableNativeAccessToAllUnnamed", MethodType.methodType(void.class));
            invoke(allow::invoke);
        } catch (ReflectiveOperationException absentOrRefused) {
            // Only a warning of the JDK depends on it.
        }
    }

    /**
     * Marks the warning that JDK 24 and newer print on the first memory access through {@code sun.misc.Unsafe} as printed.
     * Chronicle makes that access whether Cairn does or not. Elsewhere, or when the field is gone: nothing.
     */
    static void silenceUnsafeWarning() {
        try {
            Field warned = Class.forName(UNSAFE).getDeclaredField("memoryAccessWarned");
            warned.setAccessible(true);
            warned.setBoolean(null, true);
        } catch (ReflectiveOperationException | RuntimeException absentOrRefused) {
            // The warning is printed; nothing else depends on it.
        }
    }

    private static void invoke(Action action) throws ReflectiveOperationException {
        try {
            action.run();
        } catch (ReflectiveOperationException | RuntimeException | Error known) {
            throw known;
        } catch (Throwable other) {
            throw new ReflectiveOperationException(other);
        }
    }

    /** A call that may throw anything, as a method handle does. */
    @FunctionalInterface
    private interface Action {
        void run() throws Throwable;
    }
}
