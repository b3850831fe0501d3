package dev.cairn.internal.segment;

import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is missing in a log at rest: numbers and offsets together. Files of these numbers that have neither header nor manifest are
 * listed as far as their records tell what they held; where nothing is left, a segment stands for those that are gone, so that reading
 * there says so.
 *
 * <p>Threading: one thread.
 */
final class MissingSegments {
    private final SegmentPlaces places;
    private final List<Segment> segments;
    private final Map<Integer, Integer> headerless;
    private final List<Segment> found = new ArrayList<>();

    /**
     * @param segments those that are there, in the order of their numbers, all bounded but the newest
     * @param headerless epochs of files that hold no header, by their numbers
     */
    MissingSegments(SegmentPlaces places, List<Segment> segments, Map<Integer, Integer> headerless) {
        this.places = places;
        this.segments = List.copyOf(segments);
        this.headerless = headerless;
    }

    /**
     * Finds all of them.
     *
     * @param durable the last record that is known to have been durable, −1 for none: a power cut leaves no hole before it
     */
    List<Segment> find(long durable) throws IOException {
        SegmentChain chain = new SegmentChain(segments, headerless);
        int numberBefore = 0;
        int epochBefore = 0;
        long next = 0;
        for (Segment follower : segments) {
            long last = next < 0 ? -1 : follower.lastOffsetBefore();
            boolean missing = follower.number() > numberBefore + 1 && last >= next;
            if (missing && (follower.firstOffset() <= durable || !chain.isBehindTorn(numberBefore, follower))) {
                standIn(numberBefore, epochBefore, follower, new OffsetRange(next, last));
            }
            numberBefore = follower.number();
            epochBefore = follower.epoch();
            next = follower.isBounded() ? follower.lastOffset() + 1 : -1;
        }
        if (next >= 0) {
            takeEnd(numberBefore, next, durable);
        }
        return found;
    }

    private void standIn(int numberBefore, int epochBefore, Segment follower, OffsetRange offsets) throws IOException {
        int last = follower.number() - 1;
        List<Segment> left = leftOf(numberBefore, last, offsets);
        if (left.isEmpty()) {
            int epoch = follower.epochOfMissingBefore(epochBefore);
            left = List.of(Segment.standIn(places.directory().segmentFile(epoch, last), offsets));
        }
        left.get(left.size() - 1).bound(offsets.last(), Integer.MAX_VALUE);
        found.addAll(left);
    }

    /** Behind the newest segment that is there: a power cut leaves files without header as well. */
    private void takeEnd(int number, long next, long durable) throws IOException {
        for (Segment left : leftOf(number, Integer.MAX_VALUE, new OffsetRange(next, Long.MAX_VALUE - 1))) {
            if (left.firstOffset() <= durable || isDamaged(left)) {
                found.add(left);
            }
        }
    }

    private boolean isDamaged(Segment left) throws IOException {
        NumberedFile file = new NumberedFile(left.epoch(), left.number(), left.file());
        return new SegmentScanner(places.installation())
                        .scan(file, left.firstOffset())
                        .verdict()
                instanceof SegmentScan.Verdict.Damaged;
    }

    /** Segments without header and manifest between two numbers, both exclusive and inclusive, and which of {@code offsets} they held. */
    private List<Segment> leftOf(int numberBefore, int lastNumber, OffsetRange offsets) throws IOException {
        List<Segment> left = new ArrayList<>();
        long next = offsets.first();
        for (NumberedFile file : places.files()) {
            boolean between = file.number() > numberBefore && file.number() <= lastNumber;
            if (!between || !headerless.containsKey(file.number()) || places.hasHeader(file.path())) {
                continue;
            }
            HeaderlessSegment held = HeaderlessSegment.find(file, next, offsets.last());
            if (held != null) {
                left.add(Segment.headerless(file, new OffsetRange(held.firstOffset(next), held.last())));
                next = held.last() + 1;
            }
        }
        return left;
    }
}
