package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
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

/**
 * What Jetty says of requests that never reach a route (bad encodings, headers too large, not HTTP at all): a problem like any
 * other.
 *
 * <p>Threading: any thread.
 */
final class ProblemErrorHandler extends ErrorHandler {
    private final LongSupplier durableOffset;

    ProblemErrorHandler(LongSupplier durableOffset) {
        this.durableOffset = durableOffset;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String reason = request.getAttribute(ERROR_MESSAGE) instanceof String message ? message : null;
        if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException malformed) {
            status = malformed.getCode();
            reason = malformed.getReason();
        }
        Problem problem = Problems.ofStatus(status, reason);
        Bytes bytes = new Bytes(512);
        try (JsonGenerator json = Json.generator(bytes)) {
            problem.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.size());
        // After most of these Jetty closes the connection, but it does not always say so.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.getHeaders().put(Exchange.DURABLE_OFFSET, durableOffset.getAsLong());
        response.write(true, ByteBuffer.wrap(bytes.array(), 0, bytes.size()), callback);
        return true;
    }
}
