package dev.cairn.harness.agents;

import dev.cairn.Fence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server, over HTTP. When it dies, what is thrown is an {@link UncheckedIOException}.
 *
 * <p>Threading: any thread.
 */
public final class HttpDesk implements Desk {
    private static final int SHARED_PAUSE_MILLIS_MAX = 50;
    private static final int OVERLOADED = 429;
    private static final int NOT_READY = 503;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final AtomicLong conflicts = new AtomicLong();

    public HttpDesk(String url) {
        this.url = url;
    }

    /** Writes that came too late. */
    public long conflicts() {
        return conflicts.get();
    }

    /** What came back. */
    public record Answer(int status, String body) {
        public long number(String member) {
            Matcher matcher = Pattern.compile("\"" + member + "\":(-?[0-9]+)").matcher(body);
            if (!matcher.find()) {
                throw new AssertionError("expected " + member + " in an answer, was " + status + " " + body);
            }
            return Long.parseLong(matcher.group(1));
        }
    }

    public static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param headers names and values in turn */
    public Answer send(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == NOT_READY) {
                throw new IOException("the server stops: " + response.body());
            }
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static Answer expect(Answer answer, Integer... statuses) {
        if (!List.of(statuses).contains(answer.status())) {
            throw new AssertionError("expected " + List.of(statuses) + ", was " + answer);
        }
        return answer;
    }

    @Override
    public void create(String task) {
        expect(send("POST", "/v1/tasks", "{\"id\":\"" + task + "\",\"metadata\":{\"n\":0}}"), 201);
    }

    @Override
    public Seen read(String task) {
        Answer answer = expect(send("GET", "/v1/tasks/" + task, null), 200);
        return new Seen(answer.number("version"), answer.number("n"));
    }

    @Override
    public Written write(String task, long number, long expectedVersion, @Nullable Fence fence, String operation) {
        List<String> headers = new ArrayList<>(List.of("Idempotency-Key", operation));
        if (fence != null) {
            headers.addAll(List.of("Cairn-Fence", encode(fence.lease()) + "=" + fence.token()));
        }
        String expected = expectedVersion < 0 ? "" : ",\"expectedVersion\":" + expectedVersion;
        Answer answer = expect(
                send(
                        "PATCH",
                        "/v1/tasks/" + task + "?ack=accepted",
                        "{\"metadata\":{\"n\":" + number + "}" + expected + "}",
                        headers.toArray(String[]::new)),
                200,
                409);
        if (answer.status() == 200) {
            return Written.DONE;
        }
        boolean stale = answer.body().contains("\"code\":\"stale_token\"");
        conflicts.addAndGet(stale ? 0 : 1);
        return stale ? Written.STALE : Written.CONFLICT;
    }

    @Override
    public void increment(String task, String operation) {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            Seen seen = read(task);
            if (write(task, seen.number() + 1, seen.version(), null, operation) == Written.DONE) {
                return;
            }
            pause(Math.min(SHARED_PAUSE_MILLIS_MAX, 1 << Math.min(attempt, 10)));
        }
        throw new AssertionError("expected " + operation + " to come through, was refused each time");
    }

    private static void pause(int millisMax) {
        try {
            TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextLong(millisMax * 1_000L));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public OptionalLong acquire(String lease, String holder, Duration ttl, Duration waitMax, String operation) {
        String body = "{\"holder\":\"" + holder + "\",\"ttlMs\":" + ttl.toMillis() + ",\"waitMs\":" + waitMax.toMillis()
                + "}";
        while (true) {
            Answer answer = expect(
                    send("POST", "/v1/leases/" + encode(lease), body, "Idempotency-Key", operation),
                    200,
                    409,
                    423,
                    OVERLOADED);
            if (answer.status() != OVERLOADED) {
                return answer.status() == 200 ? OptionalLong.of(answer.number("token")) : OptionalLong.empty();
            }
            pause(SHARED_PAUSE_MILLIS_MAX);
        }
    }

    @Override
    public void release(String lease, long token, String operation) {
        expect(
                send("DELETE", "/v1/leases/" + encode(lease) + "/" + token, null, "Idempotency-Key", operation),
                200,
                409);
    }

    @Override
    public boolean committed(String operation) {
        return send("GET", "/v1/operations/" + operation, null).body().contains("\"committed\"");
    }
}
