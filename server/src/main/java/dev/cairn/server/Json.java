package dev.cairn.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import java.io.IOException;
import java.io.OutputStream;

/**
 * How JSON is read and written here: always as a stream. Members that occur twice are refused by {@link JsonReader} at the top
 * level, and by the engine inside of values that are passed on.
 *
 * <p>Threading: stateless.
 */
final class Json {
    /** How deeply arrays and objects may be nested. */
    static final int DEPTH_MAX = 128;

    static final String CONTENT_TYPE = "application/json";
    static final String LINES = "application/x-ndjson";

    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(recyclerPool())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(32 << 20)
                    .maxNameLength(32 << 20)
                    .build())
            .build();

    private static final SerializedString NOTHING = new SerializedString("");

    private Json() {}

    /** A virtual thread serves one request: what is kept for a thread would be made anew for each. */
    private static RecyclerPool<BufferRecycler> recyclerPool() {
        return CairnServer.VIRTUAL_THREADS
                ? JsonRecyclerPools.newConcurrentDequePool()
                : JsonRecyclerPools.threadLocalPool();
    }

    static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out);
    }

    /** A generator for lines: {@link #endLine} ends each value. */
    static JsonGenerator lines(OutputStream out) throws IOException {
        JsonGenerator json = FACTORY.createGenerator(out);
        json.setRootValueSeparator(NOTHING);
        return json;
    }

    static void endLine(JsonGenerator json) throws IOException {
        json.writeRaw('\n');
    }
}
