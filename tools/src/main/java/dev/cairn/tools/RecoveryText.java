package dev.cairn.tools;

import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Recovery.Applied;
import dev.cairn.inspect.Recovery.Choice;
import dev.cairn.inspect.Recovery.Damage;
import dev.cairn.inspect.Recovery.SegmentReport;
import dev.cairn.inspect.Recovery.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A recovery for a person at a terminal: long lists are shortened, the report has them whole.
 *
 * <p>Threading: one thread.
 */
final class RecoveryText {
    private static final int LISTED_MAX = 10;

    private final Recovery plan;
    private final Console console;

    RecoveryText(Recovery plan, Console console) {
        this.plan = plan;
        this.console = console;
    }

    void print() {
        printCircumstances();
        console.line("");
        printSegments();
        printDamages();
        if (plan.lostCount() > 0) {
            printLoss();
        }
        if (plan.endUnknown()) {
            console.line("");
            line(unknownEnd(plan));
        }
        if (plan.isDue()) {
            printChoices();
        }
        console.line("");
        console.line(verdict(plan));
    }

    private void printCircumstances() {
        Table table = new Table()
                .row("directory", plan.directory())
                .row(
                        "identity",
                        plan.identity() + (plan.identityLost() ? " (the file is lost, the segments say so)" : ""));
        String writer = plan.writer();
        if (writer != null) {
            table.row("in use by", writer + ": looked at up to what is durable");
        }
        table.row("plan", plan.id() + (plan.finishesAnother() ? ", finishes a repair that was cut off" : ""))
                .row("looked at", lookedAt(plan))
                .row("took", took(plan));
        table.print(console);
    }

    static String lookedAt(Recovery plan) {
        long skipped = plan.segments().stream()
                .filter(segment -> segment.verdict() == Verdict.SKIPPED)
                .count();
        String range = plan.isPartial()
                ? "from offset " + plan.from() + (plan.until() == Long.MAX_VALUE ? "" : " until " + plan.until()) + ", "
                : "";
        return String.format(
                Locale.ROOT,
                "%s%,d records in %d of %d segment%s",
                range,
                plan.records(),
                plan.segments().size() - skipped,
                plan.segments().size(),
                plan.segments().size() == 1 ? "" : "s");
    }

    static String took(Recovery plan) {
        double seconds = plan.took().toNanos() / 1e9;
        return String.format(Locale.ROOT, "%.3f s, %,.0f records/s", seconds, plan.records() / Math.max(seconds, 1e-6));
    }

    /** How many records of a segment are whole, where it was looked at. */
    static String counted(SegmentReport segment) {
        return segment.verdict() == Verdict.SKIPPED ? "-" : String.valueOf(segment.records());
    }

    private void printSegments() {
        Table table = new Table("SEGMENT", "EPOCH", "OFFSETS", "RECORDS", "VERDICT");
        for (SegmentReport segment : plan.segments()) {
            table.row(
                    segment.number(), segment.epoch(), offsets(segment.offsets()), counted(segment), verdict(segment));
        }
        table.print(console);
    }

    static String offsets(Range range) {
        return range.last() < range.first() ? "none" : range.first() + "-" + range.last();
    }

    /** What needs work is in capitals. */
    static String verdict(SegmentReport segment) {
        return switch (segment.verdict()) {
                    case WHOLE -> "whole";
                    case TORN -> "torn, as a crash leaves it";
                    case SKIPPED -> "SKIPPED, not looked at";
                    case UNSEALED -> "without a good manifest, opening makes it";
                    case DAMAGED -> "DAMAGED" + lost(segment);
                    case MISSING -> "MISSING" + lost(segment);
                    case ANOTHER -> "ANOTHER file is in its place" + lost(segment);
                    case MISPLACED -> "MISPLACED" + lost(segment);
                    case UNCHAINED -> "UNCHAINED, the next segment continues another";
                }
                + (segment.liesAt().equals(segment.file()) ? "" : ", found as " + segment.liesAt());
    }

    private static String lost(SegmentReport segment) {
        long lost = count(segment.lost());
        return lost == 0 ? ", nothing is lost" : ", " + records(lost) + " lost";
    }

    static String records(long count) {
        return String.format(Locale.ROOT, "%,d record%s", count, count == 1 ? "" : "s");
    }

    static long count(List<Range> ranges) {
        return ranges.stream()
                .mapToLong(range -> range.last() - range.first() + 1)
                .sum();
    }

    private void printDamages() {
        for (SegmentReport segment : plan.segments()) {
            int listed = 0;
            for (Damage damage : segment.damages()) {
                if (listed++ < LISTED_MAX) {
                    console.line("");
                    line(segment.liesAt() + " " + bytes(damage) + ", offset " + damage.offset());
                    line("  " + damage.what());
                }
            }
            if (listed > LISTED_MAX) {
                line("… and " + (listed - LISTED_MAX) + " more places in " + segment.liesAt());
            }
        }
    }

    static String bytes(Damage damage) {
        return "bytes " + damage.position() + " to " + (damage.endPosition() - 1);
    }

    private void printLoss() {
        console.line("");
        console.line("Cannot be saved:");
        List<String> ranges = plan.lost().stream().map(RecoveryText::range).toList();
        List<String> topics = plan.topics().entrySet().stream()
                .map(topic -> topic.getKey() + " (" + keys(topic) + ")")
                .toList();
        line("  offsets       " + shortened(ranges));
        line("  records       " + String.format(Locale.ROOT, "%,d", plan.lostCount()) + "; "
                + String.format(Locale.ROOT, "%,d", plan.lostDurableCount()) + " of them known to have been durable");
        line("  tasks         " + shortened(plan.tasks()));
        line("  topics        " + shortened(topics));
        line("  operations    " + shortened(plan.operations()));
    }

    private static String keys(Map.Entry<String, Long> topic) {
        return topic.getValue() + (topic.getValue() == 1 ? " key" : " keys");
    }

    static String range(Range range) {
        return range.first() == range.last() ? String.valueOf(range.first()) : range.first() + "-" + range.last();
    }

    private static String shortened(List<String> all) {
        if (all.isEmpty()) {
            return "none known";
        }
        String some = all.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
        int more = all.size() - LISTED_MAX;
        return more > 0 ? some + " … and " + more + " more, " + all.size() + " in all" : some;
    }

    private void printChoices() {
        console.line("");
        console.line("What can be done:");
        int number = 1;
        for (Choice choice : plan.choices()) {
            line("  " + number++ + ". " + choice.what());
            line("     " + choice.cost());
        }
    }

    static String verdict(Recovery plan) {
        if (!plan.isDue()) {
            return plan.isPartial() ? "nothing to do in what was looked at" : "nothing to do: every record is whole";
        }
        if (plan.lostCount() > 0) {
            return "WORK IS DUE: " + records(plan.lostCount()) + " cannot be saved";
        }
        if (plan.endUnknown()) {
            return "WORK IS DUE: nobody knows whether the log went on behind offset " + plan.lastOffset();
        }
        return "WORK IS DUE: nothing more is lost by it";
    }

    static String unknownEnd(Recovery plan) {
        return "Neither the watermark of the last opening nor the mark of a clean close tells where the log ended: nobody knows"
                + " whether durable records followed offset " + plan.lastOffset() + ". If any did, they are lost.";
    }

    /** Says what was done about the plan. */
    static void printDone(RecoveryOutcome outcome, Console console) {
        Applied applied = outcome.applied();
        if (applied != null) {
            console.line("");
            console.line("DONE, in epoch " + applied.epoch()
                    + (applied.clean()
                            ? ": the log opens for writing"
                            : ": the log was opened for writing, and could not be closed in good order; the next opening"
                                    + " recovers"));
            if (applied.offset() >= 0) {
                console.line("  account       record RecoveryPerformed at offset " + applied.offset());
            }
            if (!applied.deleted().isEmpty()) {
                console.line(Printable.of("  deleted       " + shortened(applied.deleted())
                        + ": nothing was left to say what they held"));
            }
            if (outcome.plan().identityLost()) {
                console.line("  identity      written again");
            }
            Path quarantine = outcome.plan().directory().resolve("quarantine");
            List<String> originals =
                    applied.originals().stream().map(Path::toString).toList();
            console.line(Printable.of("  originals     "
                    + (originals.isEmpty()
                            ? "none"
                            : "in " + quarantine + ": "
                                    + originals.stream()
                                            .map(name -> name.substring(name.indexOf('/') + 1))
                                            .collect(Collectors.collectingAndThen(
                                                    Collectors.toList(), RecoveryText::shortened)))));
        }
        Rebuild rebuilt = outcome.rebuilt();
        if (rebuilt != null) {
            console.line("");
            rebuilt.print(console);
        }
    }

    private void line(String text) {
        console.line(Printable.of(text));
    }
}
