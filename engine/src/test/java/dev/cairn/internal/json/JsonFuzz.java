package dev.cairn.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import java.io.IOException;
import java.util.Arrays;

/**
 * Any bytes as JSON from outside: what is refused is an {@link InvalidRequestException}; what is taken has the tokens that a
 * parser without Cairn's rules reads, before and behind the white space went, and one canonical form.
 *
 * <p>Threading: stateless.
 */
public final class JsonFuzz {
    private static final JsonFactory PLAIN = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Json.BYTES_MAX)
                    .build())
            .build();

    private JsonFuzz() {}

    /** Called by the fuzzer, and with each input of the corpus. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        byte[] compact;
        try {
            compact = Json.value(input.clone(), "");
        } catch (InvalidRequestException refused) {
            return;
        }
        expect(compact.length <= input.length, "no more bytes than there were");
        expect(Arrays.equals(Json.value(compact.clone(), ""), compact), "nothing left to take away");
        sameTokens(input, compact);
        byte[] canonical = canonical(compact);
        expect(Arrays.equals(canonical(canonical), canonical), "one canonical form");
    }

    private static byte[] canonical(byte[] compact) {
        ByteSlab out = new ByteSlab();
        boolean eachOnce = CanonicalJson.append(compact, JsonPointers.none(), out);
        expect(eachOnce, "each member once");
        return Json.value(out.toByteArray(), "");
    }

    private static void sameTokens(byte[] one, byte[] other) throws IOException {
        try (JsonParser a = PLAIN.createParser(one);
                JsonParser b = PLAIN.createParser(other)) {
            JsonToken token;
            do {
                token = a.nextToken();
                expect(token == b.nextToken(), "the same tokens, was " + b.currentToken() + " for " + token);
                expect(token == null || a.getText().equals(b.getText()), "the same text");
            } while (token != null);
        }
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
