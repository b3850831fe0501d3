package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What Jetty says of requests that never reach a route (bad encodings, headers too large, not HTTP at all): a problem like any
 * other.
 *
 * <p>Threading: any thread.
 */
final class ProblemErrorHandler extends ErrorHandler {
    /** What Jetty takes for the path, and says, when it cannot make out the one that was sent. */
    private static final String UNREAD = "/badMessage";

    private static final String UNREAD_REASON = "Bad Request";

    private final LongSupplier durableOffset;

    ProblemErrorHandler(LongSupplier durableOffset) {
        this.durableOffset = durableOffset;
    }

    /** The path is looked at before there is a route that could say what it expected. */
    private static Problem ofBadRequest(Request request, @Nullable String reason) {
        String path = request.getHttpURI().getPath();
        boolean unread = UNREAD.equals(path) && UNREAD_REASON.equals(reason);
        if (unread || path != null && !isSound(path)) {
            return Problems.of(new InvalidRequestException(
                    "expected a path of well-formed UTF-8, percent-encoded, without %00, was "
                            + (unread ? "another" : Excerpt.of(path)),
                    "path"));
        }
        return Problems.ofStatus(400, reason);
    }

    private static boolean isSound(String path) {
        try {
            return Percent.decode(path, false, "path").indexOf('\0') < 0;
        } catch (InvalidRequestException e) {
            return false;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String reason = request.getAttribute(ERROR_MESSAGE) instanceof String message ? message : null;
        if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException malformed) {
            status = malformed.getCode();
            reason = malformed.getReason();
        }
        Problem problem = status == 400 ? ofBadRequest(request, reason) : Problems.ofStatus(status, reason);
        Bytes bytes = new Bytes(512);
        try (JsonGenerator json = Json.generator(bytes)) {
            problem.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.size());
        if (problem.retryAfterSeconds() > 0) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, problem.retryAfterSeconds());
        }
        // After most of these Jetty closes the connection, but it does not always say so.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.getHeaders().put(Exchange.DURABLE_OFFSET, durableOffset.getAsLong());
        response.write(true, ByteBuffer.wrap(bytes.array(), 0, bytes.size()), callback);
        return true;
    }
}
