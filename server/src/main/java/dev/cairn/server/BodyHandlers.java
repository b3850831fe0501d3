package dev.cairn.server;

import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.VirtualThreads;

/**
 * What stands between connections and routes so that bodies which come slowly never hold all threads: a small one has no thread
 * before it is there, and of the others only so many may be at work, while more of them wait for their turn without one.
 *
 * <p>Threading: stateless.
 */
final class BodyHandlers {
    private static final String[] METHODS = {"POST", "PUT", "PATCH", "DELETE"};

    /** The part of the threads that the requests may have whose bodies are still to come. */
    private static final int THREADS_PART = 4;

    private BodyHandlers() {}

    static void insert(Server server, ServerOptions options) {
        if (!CairnServer.VIRTUAL_THREADS) {
            server.insertHandler(limiting(options)); // one that waits costs next to nothing there
        }
        Executor virtual = VirtualThreads.getVirtualThreadsExecutor(server.getThreadPool());
        server.insertHandler(eager(virtual == null ? server.getThreadPool() : virtual));
    }

    private static EagerContentHandler eager(Executor executor) {
        EagerContentHandler eager = new EagerContentHandler(new EagerBody.Factory(executor));
        eager.includeMethod(METHODS);
        eager.excludePath(BatchResource.PATH); // answers its first lines before the last are sent
        eager.exclude(request -> request.getHeaders().contains(HttpHeader.EXPECT)); // asks before it sends
        return eager;
    }

    private static QoSHandler limiting(ServerOptions options) {
        QoSHandler limiting = new QoSHandler();
        limiting.includeMethod(METHODS);
        limiting.include(EagerBody::isToCome);
        limiting.setMaxRequestCount(options.threadsMax() / THREADS_PART);
        limiting.setMaxSuspend(options.idleTimeout());
        limiting.setRejectStatusCode(Problem.Code.OVERLOADED.status());
        return limiting;
    }
}
