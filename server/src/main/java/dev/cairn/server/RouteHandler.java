package dev.cairn.server;

import dev.cairn.CairnException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one route: reads its parameters, lets the resource answer, turns whatever it throws into a problem, takes the time.
 *
 * <p>Threading: any thread.
 */
final class RouteHandler implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);
    private static final int STATUS_CLASSES = 6;

    private final Route route;
    private final Service service;
    private final Metrics metrics;
    private final AtomicReferenceArray<Timer> timers = new AtomicReferenceArray<>(STATUS_CLASSES);

    RouteHandler(Route route, Service service, Metrics metrics) {
        this.route = route;
        this.service = service;
        this.metrics = metrics;
    }

    @Override
    public void handle(Context context) throws IOException {
        long begin = System.nanoTime();
        Exchange exchange = new Exchange(context, service::durableOffset);
        try {
            checkMethod(exchange);
            exchange.readQuery(route.parameters());
            route.endpoint().handle(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(exchange, e);
        } catch (Exception | StackOverflowError e) {
            fail(exchange, e);
        } finally {
            timer(exchange.status() / 100).record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    /** Javalin goes by a header instead of the method, if there is one; what stands before it, and idempotency, do not. */
    private void checkMethod(Exchange exchange) {
        if (!route.methods().contains(exchange.method())) {
            throw exchange.methodOverridden();
        }
    }

    private void fail(Exchange exchange, Throwable failure) throws IOException {
        if (exchange.isCommitted()) {
            LOG.debug("answer broken off", failure);
            exchange.abort();
            return;
        }
        exchange.problem(isForeseen(failure) || service.cairn().health().ready() ? Problems.of(failure) : notReady());
    }

    private static boolean isForeseen(Throwable failure) {
        return failure instanceof CairnException
                || failure instanceof ProblemException
                || failure instanceof IOException;
    }

    /** An engine that closes or fails under a request may let it fall anywhere. */
    private Problem notReady() {
        return Problem.of(
                        Problem.Code.NOT_READY,
                        "expected an open engine, was "
                                + service.cairn().health().reasons())
                .retryAfter(1);
    }

    private Timer timer(int statusClass) {
        Timer timer = timers.get(statusClass);
        if (timer == null) {
            timer = metrics.timer(route, statusClass);
            timers.set(statusClass, timer);
        }
        return timer;
    }
}
