package dev.cairn.server;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.QoSHandler;

/**
 * What stands between connections and routes so that bodies which come slowly never hold all threads: a small one has no thread
 * before it is there, and of the requests whose bodies were still to come when they began only so many may be at work, while
 * more of them wait for their turn without a thread.
 *
 * <p>Threading: stateless.
 */
final class BodyHandlers {
    private static final String[] METHODS = {"POST", "PUT", "PATCH", "DELETE"};

    /** One in so many threads may have a request whose body was still to come when it began. */
    private static final int THREADS_FOR_ONE = 4;

    private static final int WAITING_MAX = 1_024;

    private BodyHandlers() {}

    static void insert(Server server, ServerOptions options) {
        if (!CairnServer.VIRTUAL_THREADS) {
            server.insertHandler(limiting(options)); // one that waits costs next to nothing there
        }
        server.insertHandler(eager());
    }

    private static EagerContentHandler eager() {
        EagerContentHandler eager = new EagerContentHandler(new EagerBody.Factory());
        eager.includeMethod(METHODS);
        eager.excludePath(BatchResource.PATH); // answers its first lines before the last are sent
        return eager;
    }

    private static QoSHandler limiting(ServerOptions options) {
        QoSHandler limiting = new QoSHandler();
        limiting.includeMethod(METHODS);
        limiting.include(EagerBody::isToCome);
        limiting.setMaxRequestCount(options.threadsMax() / THREADS_FOR_ONE);
        limiting.setMaxSuspendedRequestCount(WAITING_MAX);
        limiting.setMaxSuspend(options.idleTimeout());
        limiting.setRejectStatusCode(Problem.Code.OVERLOADED.status());
        return limiting;
    }
}
