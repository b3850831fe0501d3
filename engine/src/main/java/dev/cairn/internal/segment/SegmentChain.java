package dev.cairn.internal.segment;

import dev.cairn.internal.segment.SegmentCatalog.Effect;
import dev.cairn.internal.segment.SegmentCatalog.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether segments are those that followed one another, and what is missing between them.
 *
 * <p>Threading: one thread.
 */
final class SegmentChain {
    private final List<Segment> segments;
    private final Map<Integer, Integer> headerless;
    private final int newestSealed;

    /**
     * @param segments in the order of their numbers
     * @param headerless epochs of files that hold no header, by their numbers
     */
    SegmentChain(List<Segment> segments, Map<Integer, Integer> headerless) {
        this.segments = List.copyOf(segments);
        this.headerless = headerless;
        this.newestSealed = newestSealed(segments);
    }

    static int newestSealed(List<Segment> segments) {
        return segments.stream()
                .filter(Segment::isSealed)
                .mapToInt(Segment::number)
                .max()
                .orElse(0);
    }

    /** What is wrong, oldest first. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (!segments.isEmpty() && beginsLate(segments.get(0)) && !isBehindTorn(0, segments.get(0))) {
            Segment first = segments.get(0);
            String missing = "expected the log from segment 1 and offset 0, was from segment " + first.number()
                    + " and offset " + first.firstOffset() + ": the files before it are missing";
            problems.add(new Problem(Effect.MISSING, first.file(), 0, 0, missing));
        }
        for (int i = 0; i + 1 < segments.size(); i++) {
            Segment follower = segments.get(i + 1);
            String problem = linkProblem(segments.get(i), follower);
            if (problem != null && !isBehindTorn(segments.get(i).number(), follower)) {
                problems.add(new Problem(Effect.MISSING, follower.file(), 0, follower.firstOffset(), problem));
            }
            problem = chainProblem(segments.get(i), follower);
            if (problem != null) {
                problems.add(new Problem(Effect.CHAIN, follower.file(), 0, follower.firstOffset(), problem));
            }
        }
        return problems;
    }

    /** Numbers of segments whose manifest the next one does not continue, with the numbers of those. */
    Map<Integer, Integer> unchained() {
        Map<Integer, Integer> unchained = new TreeMap<>();
        for (int i = 0; i + 1 < segments.size(); i++) {
            if (chainProblem(segments.get(i), segments.get(i + 1)) != null) {
                unchained.put(segments.get(i).number(), segments.get(i + 1).number());
            }
        }
        return unchained;
    }

    private static boolean beginsLate(Segment first) {
        return first.number() > 1 && first.firstOffset() > 0;
    }

    /**
     * Whether the files between hold no header: as a power cut leaves segments that were begun and never forced. Then nothing
     * behind them was durable, so none of those is sealed, and all are of the epoch that was cut off, as the next one begins only when
     * they are cleared away. Recovery, which reads all of them, decides what becomes of them.
     */
    boolean isBehindTorn(int numberBefore, Segment follower) {
        boolean torn = follower.number() > numberBefore + 1 && follower.number() > newestSealed;
        for (int number = numberBefore + 1; torn && number < follower.number(); number++) {
            Integer epoch = headerless.get(number);
            torn = epoch != null && epoch == follower.epoch();
        }
        return torn;
    }

    /** Says why {@code follower} cannot be the segment behind {@code segment}, or null. */
    static @Nullable String linkProblem(Segment segment, Segment follower) {
        boolean contiguous = segment.isBounded() && follower.firstOffset() == segment.lastOffset() + 1;
        if (follower.number() != segment.number() + 1 && !contiguous) {
            return "expected segment number " + (segment.number() + 1) + ", was " + follower.number()
                    + (follower.number() > segment.number() + 1 ? ": the files between are missing" : "");
        }
        if (follower.epoch() < segment.epoch()) {
            return "expected epoch " + segment.epoch() + " or later, was " + follower.epoch();
        }
        long next = segment.lastOffset() + 1;
        boolean sameEpoch = follower.epoch() == segment.epoch();
        if (segment.isBounded() && (sameEpoch ? follower.firstOffset() != next : follower.firstOffset() < next)) {
            return "expected first offset " + next + ", was " + follower.firstOffset();
        }
        return null;
    }

    private static @Nullable String chainProblem(Segment segment, Segment follower) {
        Manifest before = segment.manifest();
        Manifest after = follower.manifest();
        if (before != null && after != null && !after.follows(before)) {
            return "expected a manifest that continues the chain of segment " + segment.number() + ", was another hash";
        }
        return null;
    }
}
