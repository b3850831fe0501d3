package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of messages ended: the offset of its last message, and what it was a page of, as opaque text. A cursor is good for
 * the same session, direction and bounds; of times and boundaries only that there are any counts, for what is reckoned back from now is another one on each page.
 *
 * <p>Threading: immutable.
 */
final class MessageCursor {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})\\.([0-9a-f]{8})");

    /** The question without its page. */
    private final String question;

    MessageCursor(String session, MessageQuery query) {
        this.question = session + "\n" + (query.newestFirst() ? "newest" : "oldest") + "\n" + place(query.after())
                + "\n" + place(query.before()) + "\n" + place(query.asOf());
    }

    private static String place(MessageQuery.@Nullable Bound bound) {
        if (bound == null) {
            return "";
        }
        if (bound instanceof MessageQuery.Bound.Offset offset) {
            return Long.toString(offset.offset());
        }
        return bound instanceof MessageQuery.Bound.Time ? "time" : "boundary";
    }

    /** The cursor that goes on behind the message at {@code lastOffset}. */
    String behind(long lastOffset) {
        String text = lastOffset + "." + checksum(lastOffset);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The offset of the last message of the page before. */
    long lastOffset(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            Matcher form = FORM.matcher(text);
            if (form.matches() && form.group(2).equals(checksum(Long.parseLong(form.group(1))))) {
                return Long.parseLong(form.group(1));
            }
        } catch (IllegalArgumentException e) {
            // Not Base64: not one of ours either.
        }
        throw new InvalidRequestException(
                "expected a cursor as a page of the same session, order and bounds gave it in next, was another text",
                "cursor");
    }

    private String checksum(long offset) {
        CRC32C crc = new CRC32C();
        crc.update((question + "\n" + offset).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
