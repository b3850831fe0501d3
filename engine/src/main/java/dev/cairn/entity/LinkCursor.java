package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of links ended: at which link of the first hop, and whether and where among the links behind it. As text it is
 * opaque: base64url of
 *
 * <pre>
 *  0        1                 5        6                 6 or 7   ...
 *  +--------+-----------------+--------+-----------------+--------+-----------------+--------+
 *  | format | crc of the query| inbound| key: u16 + n    | second | inbound, key    | crc32c |
 *  +--------+-----------------+--------+-----------------+--------+-----------------+--------+
 * </pre>
 *
 * {@code second} 0: go on behind the link; 1: go on with the first link behind its end; 2: go on behind the link that follows. The
 * checksum covers all before it.
 *
 * <p>Threading: immutable.
 *
 * @param first the link of the first hop
 * @param expand whether the links behind its end are still to be shown
 * @param second the last of them that was shown, null for none
 */
record LinkCursor(Place first, boolean expand, @Nullable Place second) {
    private static final int V1 = 1;
    private static final String WHERE = "cursor";
    private static final int TEXT_LENGTH_MAX = 8 << 10;

    /**
     * A link, seen from one of its ends.
     *
     * @param inbound whether from the end that it goes to
     * @param key the link's
     */
    record Place(boolean inbound, String key) {}

    String encode(LinkQuery query) {
        ByteSlab slab = new ByteSlab(256);
        slab.putByte(V1);
        slab.putInt(hash(query));
        put(first, slab);
        slab.putByte(second != null ? 2 : expand ? 1 : 0);
        if (second != null) {
            put(second, slab);
        }
        slab.putInt(checksum(slab, slab.length()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(slab.toByteArray());
    }

    /** @throws InvalidRequestException when {@code text} is not a cursor that {@code query} returned */
    static LinkCursor decode(LinkQuery query, String text) {
        try {
            if (text.length() > TEXT_LENGTH_MAX) {
                throw invalid("was changed");
            }
            ByteSlab slab = ByteSlab.copyOf(Base64.getUrlDecoder().decode(text));
            int end = slab.length() - Integer.BYTES;
            if (end < 1 || slab.intAt(end) != checksum(slab, end)) {
                throw invalid("was changed or cut");
            }
            SlabCursor bytes = new SlabCursor(slab, 0);
            if (bytes.takeByte() != V1 || bytes.takeInt() != hash(query)) {
                throw invalid("was one of another query");
            }
            Place first = place(bytes);
            int second = bytes.takeByte();
            return new LinkCursor(first, second > 0, second == 2 ? place(bytes) : null);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw invalid("was another text");
        }
    }

    private static void put(Place place, ByteSlab into) {
        into.putByte(place.inbound() ? 1 : 0);
        into.putText(place.key());
    }

    private static Place place(SlabCursor bytes) {
        boolean inbound = bytes.takeByte() != 0;
        return new Place(inbound, bytes.takeText());
    }

    private static InvalidRequestException invalid(String was) {
        return new InvalidRequestException("expected a cursor as a page of the same links returned it, " + was, WHERE);
    }

    /** Equal for queries that differ in nothing but the page. */
    private static int hash(LinkQuery query) {
        ByteSlab identity = ByteSlab.ofUtf8(query.start() + "\n" + query.relations() + "\n" + query.secondRelations()
                + "\n" + query.direction() + query.hops());
        return checksum(identity, identity.length());
    }

    private static int checksum(ByteSlab slab, int length) {
        CRC32C crc = new CRC32C();
        crc.update(slab.array(), 0, length);
        return (int) crc.getValue();
    }
}
