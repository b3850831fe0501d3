package dev.cairn.server;

import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entity tags in conditional headers (RFC 9110, 13.1). A tag is an entity's revision in quotes; tags that are weak or not
 * numbers are well formed but match nothing.
 *
 * <p>Threading: stateless.
 */
final class IfMatch {
    private static final Pattern TAG =
            Pattern.compile("\\G[ \\t]*(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"[ \\t]*(,|$)");
    private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}");

    private IfMatch() {}

    /**
     * The expectation that the header states.
     *
     * @param current the entity's revision now, −1 for none; asked only when there are several tags
     * @throws ProblemException when none of the tags can ever match
     */
    static Expect expectation(String header, LongSupplier current) {
        if (header.strip().equals("*")) {
            return Expect.exists();
        }
        List<Long> revisions = revisions(header, "If-Match", false);
        if (revisions.size() == 1) {
            return Expect.revision(revisions.get(0));
        }
        long now = current.getAsLong();
        if (!revisions.contains(now)) {
            throw new ProblemException(Problems.preconditionFailed(
                    "expected one of the revisions " + Excerpt.of(header) + ", was " + now, now));
        }
        return Expect.revision(now);
    }

    /** Whether {@code If-None-Match} says that the caller knows {@code revision} already. */
    static boolean isKnown(String header, long revision) {
        return header.strip().equals("*")
                || revisions(header, "If-None-Match", true).contains(revision);
    }

    private static List<Long> revisions(String header, String name, boolean weakCounts) {
        List<Long> revisions = new ArrayList<>();
        Matcher tag = TAG.matcher(header);
        int end = 0;
        while (end < header.length() && tag.find()) {
            if ((weakCounts || tag.group(1) == null)
                    && REVISION.matcher(tag.group(2)).matches()) {
                revisions.add(Long.parseLong(tag.group(2)));
            }
            end = tag.end();
        }
        if (end < header.length() || header.isBlank()) {
            throw new InvalidRequestException("expected \"REVISION\" or *, was " + Excerpt.of(header), name);
        }
        return revisions;
    }
}
