package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.CairnException;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.InvalidRequestException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers and parameters of a write say, whatever it writes.
 *
 * <p>Threading: one thread.
 */
final class WriteRequest {
    /** Parameters that every write accepts. */
    static final Set<String> PARAMETERS = Set.of("ack");

    static final String REPLAY = "Idempotent-Replay";
    private static final String KEY = "Idempotency-Key";
    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";
    /** Lines of a header may have been joined on the way; a comma elsewhere is one of a lease's name. */
    private static final Pattern BEHIND_A_FENCE = Pattern.compile("(?<==(?:[0-9]{1,18}|\\*))[ \\t]*,");

    private final Exchange exchange;
    private final WriteOptions options;
    private final boolean conditional;

    private WriteRequest(Exchange exchange, WriteOptions options, boolean conditional) {
        this.exchange = exchange;
        this.options = options;
        this.conditional = conditional;
    }

    /**
     * @param body for the identity of the operation
     * @param fields what the body itself says
     * @param revision the entity's revision now, −1 for none; asked only for an {@code If-Match} with several tags
     */
    static WriteRequest of(Exchange exchange, Ack ack, byte[] body, WriteFields fields, LongSupplier revision) {
        WriteOptions options = common(exchange, ack).withOccurredAt(fields.occurredAt());
        String key = key(exchange);
        if (key != null) {
            options = options.withOperation(key, 0, identity(exchange, body, 0, body.length));
        }
        Expect expect = fields.expect();
        Expect conditional = ofHeaders(exchange, revision);
        if (expect != null && conditional != null) {
            throw new InvalidRequestException(
                    "expected an expectation in a header or in the body, was both",
                    exchange.list(IF_MATCH) == null ? IF_NONE_MATCH : IF_MATCH);
        }
        Expect stated = conditional == null ? expect : conditional;
        return new WriteRequest(exchange, stated == null ? options : options.withExpect(stated), conditional != null);
    }

    /** The expectation that the headers state, or null. */
    private static @Nullable Expect ofHeaders(Exchange exchange, LongSupplier revision) {
        String ifMatch = exchange.list(IF_MATCH);
        String ifNoneMatch = exchange.list(IF_NONE_MATCH);
        if (ifNoneMatch == null) {
            return ifMatch == null ? null : IfMatch.expectation(ifMatch, revision);
        }
        if (ifMatch != null || !ifNoneMatch.strip().equals("*")) {
            throw new InvalidRequestException(
                    "expected no If-None-Match of a write but * alone, was " + Excerpt.of(ifNoneMatch), IF_NONE_MATCH);
        }
        return Expect.none();
    }

    /** Refuses a header that is about one entity where each line is about its own. */
    static void checkUnconditional(Exchange exchange) {
        for (String header : new String[] {IF_MATCH, IF_NONE_MATCH}) {
            if (exchange.list(header) != null) {
                throw new InvalidRequestException(
                        "expected the expectations in the lines, was the header " + header, header);
            }
        }
    }

    /** Ack, actor and fences. */
    static WriteOptions common(Exchange exchange, Ack defaultAck) {
        WriteOptions options = WriteOptions.defaults().withAck(ack(exchange.query(), defaultAck));
        String actor = exchange.header("Cairn-Actor");
        if (actor != null) {
            options = options.withActor(Names.check(actor, "Cairn-Actor"));
        }
        for (Fence fence : fences(exchange)) {
            options = options.withFence(fence);
        }
        return options;
    }

    private static List<Fence> fences(Exchange exchange) {
        return exchange.headers("Cairn-Fence").stream()
                .flatMap(BEHIND_A_FENCE::splitAsStream)
                .map(WriteRequest::fence)
                .toList();
    }

    /** Whether the write takes a lease away. */
    static boolean revokes(Exchange exchange) {
        return fences(exchange).stream().anyMatch(fence -> fence.token() == Fence.ANY_TOKEN);
    }

    private static Ack ack(Query query, Ack absent) {
        String text = query.text("ack");
        if (text == null) {
            return absent;
        }
        return switch (text) {
            case "durable" -> Ack.DURABLE;
            case "accepted" -> Ack.ACCEPTED;
            default ->
                throw new InvalidRequestException("expected durable or accepted, was " + Excerpt.of(text), "ack");
        };
    }

    static @Nullable String key(Exchange exchange) {
        String key = exchange.header(KEY);
        return key == null ? null : Names.check(key, KEY);
    }

    /** The name is percent-encoded as in a path; what is behind the last {@code =} is the token. */
    private static Fence fence(String text) {
        int equals = text.lastIndexOf('=');
        String token = text.substring(equals + 1).strip();
        boolean any = token.equals("*");
        if (equals < 1 || !any && !token.matches("[0-9]{1,18}")) {
            throw new InvalidRequestException("expected LEASE=TOKEN, was " + Excerpt.of(text), "Cairn-Fence");
        }
        String lease = Names.check(
                Percent.decode(text.substring(0, equals).strip(), false, "Cairn-Fence"),
                Fence.LEASE_BYTES_MAX,
                "Cairn-Fence");
        return any ? Fence.revoking(lease) : new Fence(lease, Long.parseLong(token));
    }

    /**
     * What an operation id stands for: 64 bits of the SHA-256 of method, path and body; never 0. The path is the same however it was
     * encoded, and parameters that say what to do belong to it: all but the one that says when to answer.
     */
    static long identity(Exchange exchange, byte[] body, int start, int length) {
        MessageDigest digest = sha256();
        digest.update((exchange.method() + " " + exchange.canonicalPath()
                        + exchange.query().canonical(PARAMETERS) + "\n")
                .getBytes(StandardCharsets.UTF_8));
        digest.update(body, start, length);
        return first64Bits(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static long first64Bits(MessageDigest digest) {
        long hash = java.nio.ByteBuffer.wrap(digest.digest()).getLong();
        return hash == 0 ? 1 : hash;
    }

    /** Makes the write if there is one to make, and says whether there was; see {@link #run}. */
    boolean runIfAny(Function<WriteOptions, Optional<Receipt>> write) {
        try {
            Optional<Receipt> receipt = write.apply(options);
            receipt.ifPresent(this::told);
            return receipt.isPresent();
        } catch (CairnException e) {
            throw refused(e);
        }
    }

    private void told(Receipt receipt) {
        if (receipt.replayed()) {
            exchange.setHeader(REPLAY, "true");
        }
    }

    private RuntimeException refused(CairnException refusal) {
        return conditional ? new ProblemException(Problems.ofConditional(refusal)) : refusal;
    }

    /** Makes the write; an expectation of {@code If-Match} that is not met becomes a failed precondition. */
    Receipt run(Function<WriteOptions, Receipt> write) {
        return run(write, receipt -> receipt);
    }

    /** {@link #run(Function)} of a write whose result is more than a receipt, or has none because nothing was to be written. */
    <T> T run(Function<WriteOptions, T> write, Function<T, @Nullable Receipt> receiptOf) {
        try {
            T result = write.apply(options);
            Receipt receipt = receiptOf.apply(result);
            if (receipt != null) {
                told(receipt);
            }
            return result;
        } catch (CairnException e) {
            throw refused(e);
        }
    }
}
