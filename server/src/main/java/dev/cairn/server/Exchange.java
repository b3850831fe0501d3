package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.InvalidRequestException;
import dev.cairn.TooLargeException;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.QuotedQualityCSV;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, read and written strictly and straight on the servlet.
 *
 * <p>Threading: the request's thread.
 */
final class Exchange {
    static final String DURABLE_OFFSET = "Cairn-Durable-Offset";

    private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

    /** So much of a body that is refused is read all the same, so that its sender gets to read the answer. */
    private static final long DISCARD_BYTES_MAX = 32L << 20;

    private static final Pattern CHARSET = Pattern.compile(";\\s*charset=\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);

    private static final int COPY_BYTES = 16 << 10;

    private final Context context;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final LongSupplier durableOffset;
    private Query query = Query.empty();
    private boolean streaming;

    Exchange(Context context, LongSupplier durableOffset) {
        this.context = context;
        this.request = context.req();
        this.response = context.res();
        this.durableOffset = durableOffset;
    }

    /** Reads the parameters, of which only {@code known} ones may be there. */
    void readQuery(Set<String> known) {
        query = Query.parse(request.getQueryString(), known);
    }

    /** Writes something as JSON. */
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    String method() {
        return request.getMethod();
    }

    /** The refusal of a request that was routed by another method than its own. */
    InvalidRequestException methodOverridden() {
        return new InvalidRequestException(
                "expected the request's own method, " + Excerpt.of(method()) + ", was another by " + METHOD_OVERRIDE,
                METHOD_OVERRIDE);
    }

    /** The path as it was sent. */
    String path() {
        return request.getRequestURI();
    }

    /** The path, each of its names decoded: the same however it was encoded, and different for different names. */
    String resource() {
        StringBuilder resource = new StringBuilder();
        for (String segment : path().split("/")) {
            resource.append(Percent.decode(segment, false, "path")).append('\n'); // no name has one
        }
        return resource.toString();
    }

    /** The path with nothing encoded that need not be: the same however it was encoded. */
    String canonicalPath() {
        return Arrays.stream(path().split("/", -1))
                .map(segment -> Percent.encode(Percent.decode(segment, false, "path")))
                .collect(Collectors.joining("/"));
    }

    Query query() {
        return query;
    }

    /**
     * The decoded name in the path.
     *
     * @param segment place in the path, from 1
     */
    String name(int segment, String parameter) {
        return name(segment, parameter, Names.BYTES_MAX);
    }

    String name(int segment, String parameter, int bytesMax) {
        String path = path();
        int start = 0;
        for (int i = 0; i < segment; i++) {
            start = path.indexOf('/', start) + 1;
        }
        int end = path.indexOf('/', start);
        return Names.check(
                Percent.decode(path.substring(start, end < 0 ? path.length() : end), false, parameter),
                bytesMax,
                parameter);
    }

    /**
     * The value of a header that is given once, null for none.
     *
     * @throws InvalidRequestException when there are several: which of them counts, nobody can say
     */
    @Nullable
    String header(String name) {
        List<String> values = headers(name);
        if (values.size() > 1) {
            throw new InvalidRequestException(
                    "expected the header " + name + " once, was given " + values.size() + " times", name);
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /** The value of a header that is a list: lines of it are one list (RFC 9110, 5.3). Null for none. */
    @Nullable
    String list(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? null : String.join(", ", values);
    }

    List<String> headers(String name) {
        if (request.getHeader(name) == null) {
            return List.of();
        }
        return Collections.list(request.getHeaders(name)).stream()
                .map(value -> String.valueOf(utf8(value, name)))
                .toList();
    }

    /** Headers arrive as one character per byte; ours are UTF-8. */
    private static @Nullable String utf8(@Nullable String header, String name) {
        if (header == null) {
            return null;
        }
        byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
        return Utf8.decode(bytes, 0, bytes.length, name);
    }

    /** Whether the caller names {@code type} among what it accepts, and likes {@code instead} no better (RFC 9110, 12.5.1). */
    boolean accepts(String type, String instead) {
        String accept = list("Accept");
        if (accept == null) {
            return false;
        }
        QuotedQualityCSV ranges = new QuotedQualityCSV();
        ranges.addValue(accept.toLowerCase(Locale.ROOT));
        double wanted = weight(ranges, type);
        return wanted > 0
                && wanted >= weight(ranges, instead, instead.substring(0, instead.indexOf('/')) + "/*", "*/*");
    }

    /** The weight of the first of {@code names} that is among the ranges, 0 if none is. */
    private static double weight(QuotedQualityCSV ranges, String... names) {
        for (String name : names) {
            for (QuotedQualityCSV.QualityValue range : ranges.getQualityValues()) {
                if (typeOf(range.getValue()).equals(name)) {
                    return range.getWeight();
                }
            }
        }
        return 0;
    }

    /** A media type without its parameters. */
    private static String typeOf(String mediaType) {
        int semicolon = mediaType.indexOf(';');
        return (semicolon < 0 ? mediaType : mediaType.substring(0, semicolon)).strip();
    }

    /** The media type of the body in lower case, without its parameters; empty when there is none. */
    String contentType() {
        String type = contentTypeHeader();
        return type == null ? "" : typeOf(type).toLowerCase(Locale.ROOT);
    }

    /** As it was sent: the servlet's own getter looks up the charset in it, and throws for one that the JVM does not know. */
    private @Nullable String contentTypeHeader() {
        return request.getHeader("Content-Type");
    }

    /** Refuses a body that is not one of {@code types}, or not plain UTF-8. */
    void checkContentType(Set<String> types) {
        String type = contentType();
        if (!type.isEmpty() && !types.contains(type)) {
            throw unsupported("expected a body of " + String.join(" or ", types) + ", was " + Excerpt.of(type));
        }
        String parameters = contentTypeHeader();
        Matcher charset = CHARSET.matcher(parameters == null ? "" : parameters);
        if (charset.find() && !charset.group(1).equalsIgnoreCase("utf-8")) {
            throw unsupported("expected a body in utf-8, was " + Excerpt.of(charset.group(1)));
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("expected a body without Content-Encoding, was " + Excerpt.of(encoding));
        }
    }

    private static ProblemException unsupported(String detail) {
        return new ProblemException(Problem.of(Problem.Code.UNSUPPORTED_MEDIA_TYPE, detail));
    }

    long announcedBytes() {
        return request.getContentLengthLong();
    }

    InputStream input() throws IOException {
        return request.getInputStream();
    }

    /** The whole body. */
    byte[] body(Set<String> types, int bytesMax) throws IOException {
        checkContentType(types);
        long announced = request.getContentLengthLong();
        if (announced > bytesMax) {
            discard();
            throw new TooLargeException("a body", bytesMax, announced);
        }
        InputStream in = input();
        if (announced >= 0) {
            return in.readNBytes((int) announced);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[COPY_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            body.write(buffer, 0, read);
            if (body.size() > bytesMax) {
                discard();
                throw new TooLargeException("a body", bytesMax, body.size());
            }
        }
        return body.toByteArray();
    }

    private void discard() throws IOException {
        InputStream in = input();
        byte[] buffer = new byte[COPY_BYTES];
        long left = DISCARD_BYTES_MAX;
        for (int read = 0; read >= 0 && left > 0; read = in.read(buffer)) {
            left -= read;
        }
    }

    void setHeader(String name, String value) {
        response.setHeader(name, value);
    }

    void setEtag(long revision) {
        response.setHeader("ETag", "\"" + revision + "\"");
    }

    /** Answers with 200, or with 304 if the caller says that it knows {@code revision} already. */
    void jsonUnlessKnown(long revision, Body body) throws IOException {
        String known = list("If-None-Match");
        setEtag(revision);
        if (known != null && IfMatch.isKnown(known, revision)) {
            empty(304);
        } else {
            json(200, body);
        }
    }

    /** Answers with one JSON value. */
    void json(int status, Body body) throws IOException {
        Bytes bytes = new Bytes(512);
        try (JsonGenerator json = Json.generator(bytes)) {
            body.write(json);
        }
        send(status, Json.CONTENT_TYPE, bytes);
    }

    void problem(Problem problem) throws IOException {
        Bytes bytes = new Bytes(512);
        try (JsonGenerator json = Json.generator(bytes)) {
            problem.write(json);
        }
        if (problem.retryAfterSeconds() > 0) {
            setHeader("Retry-After", String.valueOf(problem.retryAfterSeconds()));
        }
        send(problem.status(), Problem.CONTENT_TYPE, bytes);
    }

    /** Answers without a body, nor a type of one. */
    void empty(int status) {
        begin(status);
        response.setContentType(null);
    }

    /** Answers as to a GET, but for the body. */
    void head(String contentType) {
        begin(200);
        response.setContentType(contentType);
    }

    void send(int status, String contentType, Bytes bytes) throws IOException {
        begin(status);
        response.setContentType(contentType);
        response.setContentLength(bytes.size());
        response.getOutputStream().write(bytes.array(), 0, bytes.size());
    }

    /** Begins an answer whose body is written to the returned response as it arises. */
    HttpServletResponse stream(int status, String contentType) {
        streaming = true;
        begin(status);
        response.setContentType(contentType);
        return response;
    }

    private void begin(int status) {
        response.setStatus(status);
        setHeader(DURABLE_OFFSET, Long.toString(durableOffset.getAsLong()));
    }

    /** Whether it is too late for another answer. */
    boolean isCommitted() {
        return streaming || response.isCommitted();
    }

    int status() {
        return response.getStatus();
    }

    /** Whether the caller has closed the connection while its answer is being made. */
    boolean isHungUp() {
        return HangUp.isSeen(ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .getTransport());
    }

    /** Breaks the connection off, so that an answer that could not be finished does not look finished. */
    void abort() {
        ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .close();
    }

    /** Takes back what was prepared of an answer that has not begun. */
    void reset() {
        response.reset();
    }

    /** Leaves the request open, without a thread, until {@code done} completes. */
    void detach(CompletableFuture<?> done, Runnable start) {
        context.future(() -> {
            start.run();
            return done;
        });
    }
}
