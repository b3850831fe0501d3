package dev.cairn.internal.projection;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.RowQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where a page ended: the last row's value in the order column and its key. As text it is opaque: base64url of
 *
 * <pre>
 *  0        1                       9        10
 *  +--------+-----------------------+--------+------------+------------+--------+
 *  | format | hash of the query     | tag    | value      | key        | crc32c |
 *  +--------+-----------------------+--------+------------+------------+--------+
 * </pre>
 *
 * Tag 1: the value is a long; 2: a text; 0: there is none, the order is by key. Texts are a u16 length and UTF-8; the
 * checksum covers all before it.
 *
 * @param value a Long or a String; the key itself when the order is by key
 * @param key the row's key
 */
record PageCursor(Object value, String key) {
    private static final int V1 = 1;
    private static final int TAG_KEY = 0;
    private static final int TAG_LONG = 1;
    private static final int TAG_TEXT = 2;
    private static final String WHERE = "cursor";
    private static final int TEXT_LENGTH_MAX = 4096;

    /** The cursor behind a row, for the same query only. */
    static String encode(TableSql sql, RowQuery query, Object value, String key) {
        ByteSlab slab = new ByteSlab(key.length() + 64);
        slab.putByte(V1);
        slab.putLong(hash(sql, query));
        if (query.order().equals(TableSql.KEY)) {
            slab.putByte(TAG_KEY);
        } else if (value instanceof Long number) {
            slab.putByte(TAG_LONG);
            slab.putLong(number);
        } else {
            slab.putByte(TAG_TEXT);
            slab.putText((String) value);
        }
        slab.putText(key);
        slab.putInt(checksum(slab, slab.length()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(slab.toByteArray());
    }

    /** @throws InvalidRequestException when {@code text} is not a cursor that {@code query} returned */
    static PageCursor decode(TableSql sql, RowQuery query, String text) {
        ByteSlab slab = bytes(text);
        SlabCursor cursor = new SlabCursor(slab, 0);
        try {
            int end = slab.length() - Integer.BYTES;
            boolean sound = end > 0 && slab.intAt(end) == checksum(slab, end) && cursor.takeByte() == V1;
            if (!sound) {
                throw invalid("expected a cursor as a page returned it, was changed or cut");
            }
            if (cursor.takeLong() != hash(sql, query)) {
                throw invalid("expected a cursor of the same filters and order, was one of another query");
            }
            int tag = cursor.takeByte();
            Object value = tag == TAG_LONG ? (Object) cursor.takeLong() : tag == TAG_TEXT ? cursor.takeText() : "";
            String key = cursor.takeText();
            return new PageCursor(tag == TAG_KEY ? key : value, key);
        } catch (IllegalStateException e) {
            throw invalid("expected a cursor as a page returned it, was " + e.getMessage());
        }
    }

    private static ByteSlab bytes(String text) {
        if (text.length() > TEXT_LENGTH_MAX) {
            throw invalid("expected a cursor of at most " + TEXT_LENGTH_MAX + " characters, was " + text.length());
        }
        try {
            return ByteSlab.copyOf(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw invalid("expected a cursor in base64url, was " + text);
        }
    }

    private static InvalidRequestException invalid(String message) {
        return new InvalidRequestException(message, WHERE);
    }

    /** Equal for queries that differ in nothing but the page. */
    private static long hash(TableSql sql, RowQuery query) {
        try {
            String identity = sql.name() + query.conditions() + query.order() + query.descending();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return ByteSlab.copyOf(digest).longAt(0);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int checksum(ByteSlab slab, int length) {
        CRC32C crc = new CRC32C();
        crc.update(slab.array(), 0, length);
        return (int) crc.getValue();
    }
}
