package dev.cairn.server;

import java.util.HashSet;
import java.util.Set;

/**
 * One row of the routing table.
 *
 * <p>Threading: immutable.
 *
 * @param method of HTTP
 * @param path as Javalin and OpenAPI write it: {@code /v1/tasks/{id}}
 * @param parameters the query parameters it knows; {@link Query#METADATA} for any {@code metadata.NAME}
 * @param endpoint what answers
 */
record Route(String method, String path, Set<String> parameters, Endpoint endpoint) {
    /** Answers one request. */
    @FunctionalInterface
    interface Endpoint {
        void handle(Exchange exchange) throws Exception;
    }

    Route {
        parameters = Set.copyOf(parameters);
    }

    static Route get(String path, Set<String> parameters, Endpoint endpoint) {
        return new Route("GET", path, parameters, endpoint);
    }

    static Route get(String path, Endpoint endpoint) {
        return get(path, Set.of(), endpoint);
    }

    /** A write; it accepts the parameters of every write. */
    static Route write(String method, String path, Set<String> parameters, Endpoint endpoint) {
        Set<String> all = new HashSet<>(parameters);
        all.addAll(WriteRequest.PARAMETERS);
        return new Route(method, path, all, endpoint);
    }

    static Route write(String method, String path, Endpoint endpoint) {
        return write(method, path, Set.of(), endpoint);
    }

    /** The methods that it answers: who answers GET answers HEAD. */
    Set<String> methods() {
        return method.equals("GET") ? Set.of("GET", "HEAD") : Set.of(method);
    }

    /** Whether a path as it was sent is one of this route's. */
    boolean matches(String sent) {
        String[] expected = path.split("/", -1);
        String[] actual = sent.split("/", -1);
        if (expected.length != actual.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            boolean variable = expected[i].startsWith("{");
            if (variable ? actual[i].isEmpty() || Names.RESERVED.contains(actual[i]) : !expected[i].equals(actual[i])) {
                return false;
            }
        }
        return true;
    }
}
