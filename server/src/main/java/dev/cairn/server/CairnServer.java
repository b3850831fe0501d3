package dev.cairn.server;

import dev.cairn.Cairn;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine over HTTP.
 *
 * <p>Threading: any thread. Closing is idempotent and leaves the engine open: it belongs to who started the server.
 */
public final class CairnServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CairnServer.class);

    /** From Java 25 on requests run on virtual threads: there, one that waits inside {@code synchronized} holds up nobody. */
    static final boolean VIRTUAL_THREADS = Runtime.version().feature() >= 25;

    /** While draining a connection may be silent for such a part of the time: most only wait for a next request. */
    private static final int DRAIN_SILENCES = 20;

    private static final int ACCEPT_QUEUE_MAX = 1_024;

    private final Service service;
    private final Tails tails;
    private final Metrics metrics;
    private final List<Route> routes;
    private final Javalin javalin;
    private final AtomicBoolean closed = new AtomicBoolean();

    private CairnServer(Cairn cairn, ServerOptions options) {
        service = new Service(cairn, options);
        tails = new Tails(options);
        metrics = new Metrics(cairn, tails);
        routes = routes(service, tails, metrics);
        javalin = Javalin.create(this::configure);
    }

    /**
     * Serves {@code cairn} until {@link #close}.
     *
     * @throws io.javalin.util.JavalinBindException when the port is taken
     */
    public static CairnServer start(Cairn cairn, ServerOptions options) {
        CairnServer server = new CairnServer(cairn, options);
        try {
            server.javalin.start();
        } catch (RuntimeException e) {
            server.metrics.close();
            throw e;
        }
        return server;
    }

    /** The port that the server listens on. */
    public int port() {
        return javalin.port();
    }

    /** Ends tails and waits, takes no new requests, waits for running ones, and stops. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            service.lifecycle().drain();
            tails.closeAll(service.options().drainTimeout().dividedBy(2)); // the rest is for all other requests
            try {
                stop();
            } finally {
                metrics.close();
            }
        }
    }

    /** A request that outlasts the time for draining is cut off; it is no reason for the close to fail. */
    private void stop() {
        try {
            javalin.stop();
        } catch (JavalinException e) {
            if (e.getCause() instanceof TimeoutException) {
                LOG.info("stopped with requests still running");
            } else {
                stopOnceMore(e);
            }
        }
    }

    /** Jetty can fail over a connection that ends just then; what has not stopped by that is stopped by a second call. */
    private void stopOnceMore(JavalinException first) {
        LOG.warn("stopping the server failed, stopping it once more", first);
        boolean interrupted = first.getCause() instanceof InterruptedException;
        try {
            jetty().stop();
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException e) {
            LOG.info("stopped with requests still running");
        } catch (Exception e) {
            first.addSuppressed(e);
            throw first;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static List<Route> routes(Service service, Tails tails, Metrics metrics) {
        List<Route> routes = new ArrayList<>();
        // Fixed paths before those with variables: the first that matches answers.
        routes.addAll(new ServiceResource(service, metrics).routes());
        routes.addAll(new TaskListResource(service).routes());
        routes.addAll(new ClaimResource(service).routes());
        routes.addAll(new TaskResource(service).routes());
        routes.addAll(new ContextResource(service).routes());
        routes.addAll(new BatchResource(service).routes());
        routes.addAll(new LeaseResource(service).routes());
        routes.addAll(new LogResource(service, tails).routes());
        routes.addAll(new TopicResource(service).routes());
        routes.addAll(new SessionResource(service).routes());
        routes.addAll(new MessageResource(service).routes());
        routes.addAll(new ConsumerResource(service).routes());
        routes.addAll(new WorkflowResource(service).routes());
        routes.addAll(new RunResource(service).routes());
        routes.addAll(new SnapshotResource(service).routes());
        routes.addAll(new OperationResource(service).routes());
        routes.addAll(new ImportResource(service).routes());
        routes.addAll(new DecisionListResource(service).routes());
        routes.addAll(new DecisionResource(service).routes());
        routes.addAll(new EntityListResource(service).routes());
        routes.addAll(new EntityResource(service).routes());
        routes.addAll(new EntityLinkResource(service).routes());
        return List.copyOf(routes);
    }

    List<Route> routes() {
        return routes;
    }

    Server jetty() {
        return javalin.jettyServer().server();
    }

    int openTails() {
        return tails.count();
    }

    /** Requests that wait now. */
    int waiting() {
        return service.waiters().count();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.asyncTimeout = 0;
        config.http.prefer405over404 = false;
        config.router.ignoreTrailingSlashes = false;
        config.jetty.threadPool = threads();
        config.jetty.modifyServer(this::configure);
        config.jetty.modifyHttpConfiguration(this::configure);
        config.jetty.addConnector(this::connector);
        config.jetty.modifyServletContextHandler(this::configure);
        for (Route route : routes) {
            RouteHandler handler = new RouteHandler(route, service, metrics);
            for (String method : route.methods()) {
                config.routes.addHttpHandler(HandlerType.findOrCreate(method), route.path(), handler);
            }
        }
        NoRoute noRoute = new NoRoute(routes, service::durableOffset);
        config.routes.exception(HttpResponseException.class, (e, context) -> answerOutside(noRoute, e, context));
        config.routes.exception(Exception.class, (e, context) -> answerOutside(noRoute, e, context));
    }

    private QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(service.options().threadsMax(), 8);
        threads.setName("cairn-http");
        if (VIRTUAL_THREADS) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("cairn-http-"));
        }
        return threads;
    }

    private void configure(Server server) {
        server.setStopTimeout(service.options().drainTimeout().toMillis());
        server.setErrorHandler(new ProblemErrorHandler(service::durableOffset));
        BodyHandlers.insert(server, service.options());
        server.insertHandler(new GracefulHandler());
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(service.options().host());
        connector.setPort(service.options().port());
        connector.setIdleTimeout(service.options().idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(
                Math.max(1, service.options().drainTimeout().toMillis() / DRAIN_SILENCES));
        // The JDK's default of 50 makes connections that come all at once wait for seconds.
        connector.setAcceptQueueSize(ACCEPT_QUEUE_MAX);
        return connector;
    }

    private void configure(HttpConfiguration http) {
        http.setRequestHeaderSize(service.options().headerBytesMax());
        http.setIdleTimeout(service.options().idleTimeout().toMillis());
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // Ids are any text, percent-encoded; paths are taken apart before they are decoded.
        http.setUriCompliance(UriCompliance.RFC3986.with(
                "CAIRN",
                Violation.AMBIGUOUS_PATH_SEGMENT,
                Violation.AMBIGUOUS_EMPTY_SEGMENT,
                Violation.AMBIGUOUS_PATH_SEPARATOR,
                Violation.AMBIGUOUS_PATH_PARAMETER,
                Violation.AMBIGUOUS_PATH_ENCODING,
                Violation.SUSPICIOUS_PATH_CHARACTERS));
    }

    private void configure(ServletContextHandler context) {
        context.setErrorHandler(new ProblemErrorHandler(service::durableOffset));
        context.getServletHandler().setDecodeAmbiguousURIs(true);
    }

    /** Answers what no route has answered: because there is none, or because answering itself failed. */
    private static void answerOutside(NoRoute noRoute, Exception failure, Context context) {
        try {
            if (failure instanceof HttpResponseException) {
                noRoute.answer(context);
            } else {
                noRoute.fail(context, failure);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
