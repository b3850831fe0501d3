package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page of messages ended: the direction and the offset of its last message, as opaque text.
 *
 * <p>Threading: stateless.
 */
final class MessageCursor {
    private static final Pattern FORM = Pattern.compile("([ab])([0-9]{1,18})");

    private MessageCursor() {}

    static String of(boolean newestFirst, long lastOffset) {
        String text = (newestFirst ? "b" : "a") + lastOffset;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The offset of the last message of the page before. */
    static long lastOffset(String cursor, boolean newestFirst) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            Matcher form = FORM.matcher(text);
            if (form.matches() && form.group(1).equals(newestFirst ? "b" : "a")) {
                return Long.parseLong(form.group(2));
            }
        } catch (IllegalArgumentException e) {
            // Not Base64: not one of ours either.
        }
        throw new InvalidRequestException(
                "expected a cursor as a page in the same order gave it in next, was another text", "cursor");
    }
}
