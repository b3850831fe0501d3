package dev.cairn.server;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * A small body that is read as it comes, without a thread that waits for it; its request is handled when it is there, when it
 * turns out not to be small, or when reading fails, which the request is left to find.
 *
 * <p>Jetty's own loader keeps the chunks as they come, each with the buffer that it came in: bodies sent a byte at a time would
 * hold many times their size. This one copies.
 *
 * <p>Threading: one event of its connection at a time.
 */
final class EagerBody extends EagerContentHandler.ContentLoader implements Invocable.Task {
    static final int BYTES_MAX = 16 << 10;

    private static final int FIRST_BYTES = 512;

    private final Executor executor;
    private final Bytes bytes = new Bytes(FIRST_BYTES);

    private EagerBody(Executor executor, Handler handler, Request request, Response response, Callback callback) {
        super(handler, request, response, callback);
        this.executor = executor;
    }

    /** Makes one for each body that may be small. */
    static final class Factory implements EagerContentHandler.ContentLoaderFactory {
        private final Executor executor;

        /** @param executor runs requests whose bodies have come */
        Factory(Executor executor) {
            this.executor = executor;
        }

        @Override
        public @Nullable String getApplicableMimeType() {
            return null; // any
        }

        @Override
        public EagerContentHandler.@Nullable ContentLoader newContentLoader(
                @Nullable String contentType,
                @Nullable String mimeType,
                Handler handler,
                Request request,
                Response response,
                Callback callback) {
            return request.getLength() > BYTES_MAX
                    ? null
                    : new EagerBody(executor, handler, request, response, callback);
        }
    }

    /** Whether more of a body is to come than what is here already. */
    static boolean isToCome(Request request) {
        if (request instanceof Read read) {
            return !read.complete;
        }
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    @Override
    protected void load() {
        Read read = read();
        if (read != null) {
            handle(read, getResponse(), getCallback());
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Reads on. Not until this has returned does the connection tell of what comes next, which the request may wait for. */
    @Override
    public void run() {
        Read read = read();
        if (read != null) {
            executor.execute(() -> handle(read, getResponse(), getCallback()));
        }
    }

    /** What there is of the body by now, null as long as more of it is wanted. */
    private @Nullable Read read() {
        while (bytes.size() < BYTES_MAX) {
            Content.Chunk chunk = getRequest().read();
            if (chunk == null) {
                getRequest().demand(this);
                return null;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return read(false, chunk);
            }
            bytes.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
            boolean last = chunk.isLast();
            chunk.release();
            if (last) {
                return read(true, null);
            }
        }
        return read(false, null);
    }

    private Read read(boolean complete, Content.@Nullable Chunk failure) {
        Read read = new Read(getRequest(), complete);
        if (bytes.size() > 0) {
            read.chunks.add(Content.Chunk.from(ByteBuffer.wrap(bytes.array(), 0, bytes.size()), complete));
        }
        if (failure != null) {
            read.chunks.add(failure);
        }
        return read;
    }

    /** The request, whose body begins with what was read of it. */
    private static final class Read extends Request.Wrapper {
        private final Deque<Content.Chunk> chunks = new ArrayDeque<>();
        private final boolean complete;

        Read(Request request, boolean complete) {
            super(request);
            this.complete = complete;
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = chunks.poll();
            return chunk == null ? super.read() : chunk;
        }
    }
}
