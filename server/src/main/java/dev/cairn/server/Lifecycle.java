package dev.cairn.server;

/**
 * Whether the server still takes up work.
 *
 * <p>Threading: any thread.
 */
final class Lifecycle {
    private volatile boolean draining;

    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }
}
