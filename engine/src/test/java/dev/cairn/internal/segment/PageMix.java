package dev.cairn.internal.segment;

import dev.cairn.harness.PowerCutHistory;
import dev.cairn.harness.PowerCutHistory.Content;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a directory as a power cut may leave them: of each sector or page the forced content, the newest, or one
 * between, by chance.
 *
 * <p>A page is written back with what it holds at that moment, so all moments since the last force are possible, page by page:
 * the documents up to one of them, the next one partly copied, in words as processors copy, and
 * without its own word, zeros behind. What changes the directory
 * reaches the disk in order, as journalled file systems keep it: of the segments begun since, the first few are there, and
 * the next may still have the name of a prepared one.
 *
 * <p>Threading: one thread.
 */
final class PageMix {
    private static final int PAGE_BYTES = 4 << 10;
    private static final int SECTOR_BYTES = 512;
    private static final String SEGMENT = LogDirectory.SEGMENT_SUFFIX;
    private static final String PREPARED = LogDirectory.PREPARED_SUFFIX;

    private final PowerCutHistory history;
    private final Random random;
    private final int unitBytes;
    private final Map<String, Content> files = new TreeMap<>();
    /** The mixed content of segments, also of those that still have the name of a prepared one. */
    private final List<MixedSegment> segments = new ArrayList<>();

    /**
     * A document, or the segment header, in a segment as it was when the power went.
     *
     * @param position of its word
     * @param length of its bytes behind the word
     * @param firstOffset of its first record; −1 for a segment header
     * @param count of its records
     */
    record Place(int position, int length, long firstOffset, int count) {
        int end() {
            return position + QueueFormat.WORD_BYTES + length;
        }
    }

    /** One segment of the image. */
    record MixedSegment(String name, byte[] image, byte[] whole, List<Place> places, boolean sealed) {
        boolean intact(Place place) {
            int end = place.end();
            return image.length >= end && Arrays.equals(image, place.position(), end, whole, place.position(), end);
        }
    }

    PageMix(PowerCutHistory history, Random random) {
        this.history = history;
        this.random = random;
        this.unitBytes = random.nextBoolean() ? PAGE_BYTES : SECTOR_BYTES;
        int begun = random.nextInt(4);
        for (Map.Entry<String, Content> file : history.current().entrySet()) {
            String name = file.getKey();
            Content now = file.getValue();
            Content then = history.forced().get(name);
            if (name.endsWith(SEGMENT)) {
                boolean isNew = then == null;
                if (!isNew || begun-- > 0) {
                    addSegment(name, name, then, now);
                } else if (begun == -1 && random.nextBoolean()) {
                    addSegment(name.replace(SEGMENT, PREPARED), name, then, now);
                }
            } else if (name.endsWith(PREPARED)) {
                if (random.nextBoolean()) {
                    files.putIfAbsent(name, now);
                }
            } else if (name.endsWith(LogDirectory.MANIFEST_SUFFIX)) {
                files.put(name, now); // it is forced before it gets its name, also when that is late
            } else {
                files.put(name, new Content(mixed(List.of(bytes(then), now.bytes())), now.length()));
            }
        }
    }

    private static byte[] bytes(@Nullable Content content) {
        return content == null ? new byte[0] : content.bytes();
    }

    private void addSegment(String name, String original, @Nullable Content then, Content now) {
        byte[] whole = now.bytes();
        List<Place> places = places(whole);
        if (then != null && Arrays.equals(then.bytes(), whole)) {
            segments.add(new MixedSegment(name, whole, whole, places, isSealed(original)));
            files.put(name, now);
            return;
        }
        List<byte[]> versions = new ArrayList<>(List.of(bytes(then), whole));
        List<Place> fresh = places.stream()
                .filter(place -> place.firstOffset() > history.durable() || then == null)
                .toList();
        for (int i = fresh.isEmpty() ? 0 : random.nextInt(3); i > 0; i--) {
            versions.add(between(whole, fresh.get(random.nextInt(fresh.size()))));
        }
        byte[] image = mixed(versions);
        segments.add(new MixedSegment(name, image, whole, places, isSealed(original)));
        files.put(name, new Content(image, now.length()));
    }

    private boolean isSealed(String segment) {
        return history.current().containsKey(segment.replace(SEGMENT, LogDirectory.MANIFEST_SUFFIX));
    }

    /** The bytes while {@code place} was being written: its word is missing, and perhaps a part of its bytes. */
    private byte[] between(byte[] whole, Place place) {
        byte[] bytes = Arrays.copyOf(whole, place.end());
        Arrays.fill(bytes, place.position(), place.position() + QueueFormat.WORD_BYTES, (byte) 0);
        int copied = random.nextBoolean() ? place.length() : random.nextInt(place.length()) & -Integer.BYTES;
        Arrays.fill(bytes, place.end() - place.length() + copied, place.end(), (byte) 0);
        return bytes;
    }

    private byte[] mixed(List<byte[]> versions) {
        int length = versions.stream().mapToInt(bytes -> bytes.length).max().orElse(0);
        byte[] image = new byte[length];
        int mostly = random.nextInt(versions.size());
        double often = random.nextInt(4) / 3.0;
        for (int from = 0; from < length; from += unitBytes) {
            int version = random.nextDouble() < often ? mostly : random.nextInt(versions.size());
            byte[] bytes = versions.get(version);
            int to = Math.min(Math.min(from + unitBytes, length), bytes.length);
            if (to > from) {
                System.arraycopy(bytes, from, image, from, to - from);
            }
        }
        return image;
    }

    /** Header and documents of a whole segment, in order. */
    static List<Place> places(byte[] whole) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(whole.length + 2 * PAGE_BYTES & ~7).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, whole);
        List<Place> places = new ArrayList<>();
        int position = Segment.findHeader(bytes);
        places.add(new Place(position, SegmentHeader.BYTES, -1, 0));
        while (true) {
            Place last = places.get(places.size() - 1);
            position = QueueFormat.skipQueuesOwn(
                    bytes, (int) QueueFormat.next(last.position(), last.length()), bytes.capacity());
            int word = position < 0 ? 0 : QueueFormat.word(bytes, position);
            if (!QueueFormat.isDocument(word)) {
                return places;
            }
            int at = position + QueueFormat.WORD_BYTES;
            places.add(new Place(
                    position, QueueFormat.length(word), Document.firstOffset(bytes, at), Document.count(bytes, at)));
        }
    }

    List<MixedSegment> segments() {
        return segments;
    }

    /** The last offset before the first document that the image does not hold as it was written; −1 for none. */
    long lastIntact() {
        long last = -1;
        for (MixedSegment segment : segments) {
            for (Place place : segment.places()) {
                if (!holds(segment, place)) {
                    return last;
                }
                last = Math.max(last, place.firstOffset() + place.count() - 1);
            }
        }
        return last;
    }

    private static boolean holds(MixedSegment segment, Place place) {
        return segment.name().endsWith(SEGMENT) && segment.intact(place);
    }

    /**
     * Whether so little of the first document that is missing of some segment was not there that it may as well be damage: a
     * word that one flipped bit makes zero, or a few bytes at the end of what was copied into its last sector. Each segment
     * is judged by itself, also those behind the place where the log is cut.
     */
    boolean looksLikeDamage() {
        return segments.stream().anyMatch(this::looksLikeDamage);
    }

    private boolean looksLikeDamage(MixedSegment segment) {
        for (Place place : segment.places()) {
            if (!holds(segment, place)) {
                return Integer.bitCount(place.length()) == 1 || lacksFewBytes(segment, place);
            }
        }
        return false;
    }

    private static boolean lacksFewBytes(MixedSegment segment, Place place) {
        int first = Arrays.mismatch(
                segment.image(), place.position(), place.end(), segment.whole(), place.position(), place.end());
        if (first < QueueFormat.WORD_BYTES) {
            return false;
        }
        int end = place.end() - place.position();
        while (segment.image()[place.position() + end - 1] == segment.whole()[place.position() + end - 1]) {
            end--;
        }
        return end - first <= SegmentScanner.ZEROS_OF_A_DOCUMENT_MAX;
    }

    /** Makes zeros of a sector or page that holds a part of {@code place}, as if it had never been forced. */
    void lose(MixedSegment segment, Place place) {
        int at = place.position() + random.nextInt(place.length() + QueueFormat.WORD_BYTES);
        int from = at / unitBytes * unitBytes;
        Arrays.fill(segment.image(), from, Math.min(from + unitBytes, segment.image().length), (byte) 0);
    }

    /** Takes {@code name} as it was when the power went. */
    void keepCurrent(String name) {
        files.put(name, history.current().get(name));
    }

    void write(Path directory) throws IOException {
        for (Map.Entry<String, Content> file : files.entrySet()) {
            file.getValue().write(directory.resolve(file.getKey()));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("pages of " + unitBytes + " bytes, durable up to " + history.durable()
                + ", accepted up to " + history.accepted() + ":");
        for (MixedSegment segment : segments) {
            text.append(' ').append(segment.name());
            if (segment.sealed()) {
                text.append(" sealed");
            }
            for (Place place : segment.places()) {
                if (!segment.intact(place)) {
                    text.append(" first bad ").append(place);
                    break;
                }
            }
        }
        return text.toString();
    }
}
