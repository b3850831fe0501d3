package dev.cairn.internal.jvm.junit;

import net.openhft.chronicle.core.Jvm;

/**
 * Lets Chronicle's core start without its native bindings, which Cairn does not use.
 *
 * <p>On its first use the core binds libc through generated code and the scheduler through JNA, and logs where it was
 * loaded from: a fifth of the time that {@code cairn get} takes, and a warning about native access on newer JDKs. It offers
 * one way not to: it leaves all three out when the name of a class on any thread's stack contains {@code .junit}, and it
 * looks once, here. Whoever does use a binding afterwards gets it at that moment. Should a later version look for something
 * else, everything works as before, and a test notices.
 *
 * <p>Threading: any thread.
 */
public final class CoreStart {
    private CoreStart() {}

    /** Starts Chronicle's core; does nothing when it has started. */
    public static void run() {
        Jvm.init();
    }
}
