package dev.cairn.server;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final AtomicInteger underWay;
    private final Bytes bytes;

    private EagerBody(AtomicInteger underWay, Handler handler, Request request, Response response, Callback callback) {
        super(handler, request, response, callback);
        this.underWay = underWay;
        this.bytes = new Bytes(request.getLength() > 0 ? (int) request.getLength() : FIRST_BYTES);
    }

    /**
     * Makes one for each body that may be small, as long as there are not too many of them.
     *
     * <p>Threading: any thread.
     */
    static final class Factory implements EagerContentHandler.ContentLoaderFactory {
        /** Each holds its own size in memory, or twice {@link #BYTES_MAX} and a buffer if it does not say it. */
        private static final int BODIES_MAX = 4_096;

        private final AtomicInteger underWay = new AtomicInteger();

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
            if (request.getLength() > BYTES_MAX) {
                return null;
            }
            if (underWay.incrementAndGet() > BODIES_MAX) {
                underWay.decrementAndGet();
                return null;
            }
            return new EagerBody(underWay, handler, request, response, callback);
        }
    }

    /** Whether more of a body is to come than what is here already. */
    static boolean isToCome(Request request) {
        if (request instanceof Begun begun) {
            return !begun.ended;
        }
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    @Override
    protected void load() {
        Request begun = read();
        if (begun != null) {
            handle(begun, getResponse(), getCallback());
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Reads on. Not until this has returned does the connection tell of what comes next, which the request may wait for. */
    @Override
    public void run() {
        try {
            Request begun = read();
            if (begun != null) {
                begun.getContext().execute(() -> handle(begun, getResponse(), getCallback()));
            }
        } catch (Throwable e) {
            Response.writeError(getRequest(), getResponse(), getCallback(), e);
        }
    }

    /** The request with what there is of its body by now, null as long as more of it is wanted. */
    private @Nullable Request read() {
        try {
            Request begun = begin();
            if (begun != null) {
                underWay.decrementAndGet();
            }
            return begun;
        } catch (Throwable e) {
            underWay.decrementAndGet();
            throw e;
        }
    }

    private @Nullable Request begin() {
        while (bytes.size() <= BYTES_MAX) {
            Content.Chunk chunk = getRequest().read();
            if (chunk == null) {
                getRequest().demand(this);
                return null;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return begun(true, chunk);
            }
            bytes.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
            boolean last = chunk.isLast();
            chunk.release();
            if (last) {
                return begun(true, Content.Chunk.EOF);
            }
        }
        return begun(false, null);
    }

    private Request begun(boolean ended, Content.@Nullable Chunk end) {
        Begun begun = new Begun(getRequest(), ended);
        if (bytes.size() > 0) {
            begun.chunks.add(Content.Chunk.from(ByteBuffer.wrap(bytes.array(), 0, bytes.size()), false));
        }
        if (end != null) {
            begun.chunks.add(end);
        }
        return begun;
    }

    /**
     * A request, part of whose body has been read: all of it, or as far as it could be, if {@code ended}.
     *
     * <p>Threading: as the request's.
     */
    private static final class Begun extends Request.Wrapper {
        private final Deque<Content.Chunk> chunks = new ArrayDeque<>();
        private final boolean ended;

        Begun(Request request, boolean ended) {
            super(request);
            this.ended = ended;
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = chunks.poll();
            return chunk == null ? super.read() : chunk;
        }
    }
}
