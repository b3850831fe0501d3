package dev.cairn.tools;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request.
 *
 * <p>Threading: one thread.
 */
final class Query {
    private final StringBuilder text = new StringBuilder();

    static Query none() {
        return new Query();
    }

    /** Adds a parameter; null leaves it out, and a name may come more than once. */
    Query add(String name, @Nullable Object value) {
        if (value != null) {
            String form = value instanceof Instant time ? Json.time(time) : value.toString();
            text.append(text.isEmpty() ? '?' : '&')
                    .append(encode(name))
                    .append('=')
                    .append(encode(form));
        }
        return this;
    }

    /** Percent-encodes what stands between slashes. */
    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** From {@code ?} on; empty without parameters. */
    @Override
    public String toString() {
        return text.toString();
    }
}
