package dev.cairn.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Answers what no route answers: nothing is here, or not by that method.
 *
 * <p>Threading: any thread.
 */
final class NoRoute {
    private final List<Route> routes;
    private final LongSupplier durableOffset;

    NoRoute(List<Route> routes, LongSupplier durableOffset) {
        this.routes = routes;
        this.durableOffset = durableOffset;
    }

    void answer(Context context) throws IOException {
        Exchange exchange = new Exchange(context, durableOffset);
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            if (route.matches(exchange.path())) {
                allowed.addAll(route.methods());
            }
        }
        if (allowed.isEmpty()) {
            exchange.problem(Problem.of(
                    Problem.Code.NOT_FOUND, "expected a route of the API, was " + Excerpt.of(exchange.path())));
            return;
        }
        if (allowed.contains(exchange.method())) {
            exchange.problem(Problems.of(exchange.methodOverridden()));
            return;
        }
        exchange.setHeader("Allow", String.join(", ", allowed));
        exchange.problem(Problem.of(
                Problem.Code.METHOD_NOT_ALLOWED,
                "expected one of " + allowed + ", was " + Excerpt.of(exchange.method())));
    }

    /** Answers after a route could not: its client is gone, or there is a defect. */
    void fail(Context context, Exception failure) throws IOException {
        Exchange exchange = new Exchange(context, durableOffset);
        if (exchange.isCommitted()) {
            exchange.abort();
        } else {
            exchange.reset();
            exchange.problem(Problems.of(failure));
        }
    }
}
