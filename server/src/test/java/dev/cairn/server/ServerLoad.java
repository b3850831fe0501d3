package dev.cairn.server;

import java.util.stream.Stream;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * What a server has in hand.
 *
 * <p>Threading: immutable.
 *
 * @param connections that are open
 * @param requests threads of platform's own that are at work on requests
 * @param tails that are open
 * @param tailThreads threads of tails
 * @param waiting requests that wait for something to happen
 */
record ServerLoad(int connections, int requests, int tails, long tailThreads, int waiting) {
    /** What {@code server} has in hand now. */
    static ServerLoad of(CairnServer server) {
        Server jetty = server.jetty();
        int connections = 0;
        for (Connector connector : jetty.getConnectors()) {
            connections += connector.getConnectedEndPoints().size();
        }
        return new ServerLoad(
                connections,
                ((QueuedThreadPool) jetty.getThreadPool()).getUtilizedThreads(),
                server.openTails(),
                threads("cairn-tail-"),
                server.waiting());
    }

    private static long threads(String prefix) {
        Thread[] threads = new Thread[Thread.activeCount() * 2 + 64];
        int count = Thread.enumerate(threads);
        return Stream.of(threads)
                .limit(count)
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    /** Whether it is no more in any respect. */
    boolean isWithin(ServerLoad other) {
        return connections <= other.connections
                && requests <= other.requests
                && tails <= other.tails
                && tailThreads <= other.tailThreads
                && waiting <= other.waiting;
    }
}
