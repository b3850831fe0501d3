package dev.cairn.internal.jvm;

import dev.cairn.internal.jvm.junit.CoreStart;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the virtual machine for Chronicle, so that an embedding program needs no command-line flags.
 *
 * <p>Chronicle Queue and Chronicle Map use packages that the JDK has closed since 17. {@link #open} opens the few of them
 * that are still closed, by a lookup that may do anything (see {@link TrustedLookup}). It also keeps the console clean: it
 * switches off Chronicle's telemetry and banner, its bindings to native libraries ({@link CoreStart}), the report of SLF4J
 * that nobody configured it, and the warnings that newer JDKs print on the first use of what Chronicle is built on. A system
 * property that the program has set itself is left alone; so a program that uses Chronicle on its own account keeps its say.
 *
 * <p>{@code -Dcairn.jvm.access=off} leaves the JDK as it is. Then the flags of the message must be given, or the
 * {@code Add-Opens} of a jar's manifest.
 *
 * <p>Threading: any thread; must have returned before the first class of Chronicle is loaded.
 */
public final class JvmAccess {
    /** Set to {@code off}, keeps Cairn from opening any package of the JDK. */
    public static final String SWITCH = "cairn.jvm.access";

    private static final String ALLOW_UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    private static final String COMPILER_MODULE = "jdk.compiler";

    private static final List<ClosedPackage> NEEDED = List.of(
            new ClosedPackage("java.base", "java.lang"),
            new ClosedPackage("java.base", "java.lang.reflect"),
            new ClosedPackage("java.base", "java.io"),
            new ClosedPackage("java.base", "java.nio"),
            new ClosedPackage("java.base", "java.util"),
            new ClosedPackage("java.base", "sun.nio.ch"),
            new ClosedPackage("java.base", "jdk.internal.ref"),
            new ClosedPackage(COMPILER_MODULE, "com.sun.tools.javac"),
            new ClosedPackage(COMPILER_MODULE, "com.sun.tools.javac.file"));

    private static boolean opened;

    private JvmAccess() {}

    /**
     * Makes this virtual machine fit for Chronicle; the second and later calls do nothing.
     *
     * @throws JvmAccessException when that is impossible; says what to change
     */
    public static synchronized void open() {
        if (opened) {
            return;
        }
        requireCompiler();
        setQuietProperties();
        List<ClosedPackage> closed =
                NEEDED.stream().filter(ClosedPackage::isClosed).toList();
        if (isSwitchedOff()) {
            requireOpen(closed, "they are not opened because of -D" + SWITCH + "=off", null);
        } else {
            openAll(closed);
        }
        CoreStart.run();
        opened = true;
    }

    /** The flags that open by hand what {@link #open} opens. */
    public static String flags() {
        return flags(NEEDED);
    }

    private static boolean isSwitchedOff() {
        return "off".equalsIgnoreCase(System.getProperty(SWITCH));
    }

    private static void openAll(List<ClosedPackage> closed) {
        TrustedLookup.silenceUnsafeWarning();
        TrustedLookup trusted;
        try {
            trusted = TrustedLookup.obtain();
            for (ClosedPackage each : closed) {
                trusted.openToAllUnnamed(each.module().orElseThrow(), each.name());
            }
        } catch (ReflectiveOperationException | RuntimeException refused) {
            Throwable reason = refused instanceof InvocationTargetException call ? call.getTargetException() : refused;
            if (reason instanceof UnsupportedOperationException) {
                throw new JvmAccessException(
                        "Chronicle needs sun.misc.Unsafe, and this JVM denies it",
                        "start the JVM with: " + ALLOW_UNSAFE,
                        reason);
            }
            requireOpen(closed, "opening them was refused (" + reason + ")", reason);
            return;
        }
        trusted.allowNativeAccess();
    }

    private static void requireOpen(List<ClosedPackage> closed, String reason, @Nullable Throwable cause) {
        List<ClosedPackage> still =
                closed.stream().filter(ClosedPackage::isClosed).toList();
        if (!still.isEmpty()) {
            throw new JvmAccessException(
                    "Chronicle needs " + still.size() + " packages of the JDK that are closed, and " + reason,
                    "start the JVM with: " + flags(still),
                    cause);
        }
    }

    /** Chronicle Map asks for the Java compiler at start, although it has nothing to compile for Cairn. */
    private static void requireCompiler() {
        if (ModuleLayer.boot().findModule(COMPILER_MODULE).isPresent()) {
            return;
        }
        boolean inImage = ModuleFinder.ofSystem().find(COMPILER_MODULE).isPresent();
        throw new JvmAccessException(
                "Cairn needs a JDK, not a JRE: Chronicle Map does not start without module " + COMPILER_MODULE,
                inImage
                        ? "start the JVM with: --add-modules=" + COMPILER_MODULE
                        : "install a JDK, on Debian the package openjdk-17-jdk-headless, was "
                                + System.getProperty("java.home"),
                null);
    }

    private static void setQuietProperties() {
        setIfAbsent("chronicle.analytics.disable", "true");
        setIfAbsent("chronicle.announcer.disable", "true");
        setIfAbsent("disable.perf.info", "true");
        setIfAbsent("slf4j.internal.verbosity", "ERROR");
        // A thread that looks at free space every ten seconds, and the scheduler's binding for it: Cairn reserves
        // space.
        setIfAbsent("chronicle.disk.monitor.disable", "true");
        // The default, an asynchronous msync, does nothing on Linux but bind libc; Cairn forces what has to be forced.
        setIfAbsent("mappedFile.defaultSyncMode", "NONE");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String flags(List<ClosedPackage> packages) {
        return packages.stream().map(ClosedPackage::flag).collect(Collectors.joining(" "));
    }

    /** A package of the JDK and the module it belongs to. */
    private record ClosedPackage(String moduleName, String name) {
        Optional<Module> module() {
            return ModuleLayer.boot().findModule(moduleName);
        }

        /** Whether the JDK has the package and code on the class path may not look inside. */
        boolean isClosed() {
            return module().filter(module -> module.getPackages().contains(name)
                            && !module.isOpen(name, ClosedPackage.class.getModule()))
                    .isPresent();
        }

        String flag() {
            return "--add-opens=" + moduleName + "/" + name + "=ALL-UNNAMED";
        }
    }
}
