package dev.cairn.tools;

import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Recovery.Applied;
import dev.cairn.inspect.Recovery.Choice;
import dev.cairn.inspect.Recovery.Damage;
import dev.cairn.inspect.Recovery.SegmentReport;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recovery as a report for people, with every list in full.
 *
 * <p>Threading: one thread, once.
 */
final class RecoveryMarkdown {
    private final RecoveryOutcome outcome;
    private final Recovery plan;
    private final Instant at;
    private final StringBuilder text = new StringBuilder();

    /** @param at when the report is made */
    RecoveryMarkdown(RecoveryOutcome outcome, Instant at) {
        this.outcome = outcome;
        this.plan = outcome.plan();
        this.at = at.truncatedTo(ChronoUnit.SECONDS);
    }

    String text() {
        writeHead();
        writeSegments();
        writeLoss();
        writeAffected();
        writeChoices();
        writeNext();
        return text.toString();
    }

    private void writeHead() {
        line("# Recovery of " + code(plan.directory().toString()));
        line("");
        line("**" + RecoveryText.verdict(plan) + ".**");
        line("");
        row("", "");
        row("---", "---");
        row("made at", at.toString());
        row("identity", code(plan.identity().toString()) + (plan.identityLost() ? " (its file is lost)" : ""));
        row("plan", code(plan.id()) + (plan.finishesAnother() ? ", finishes a repair that was cut off" : ""));
        row("looked at", RecoveryText.lookedAt(plan));
        row("took", RecoveryText.took(plan));
        String writer = plan.writer();
        if (writer != null) {
            row("in use by", cell(writer) + ": looked at up to what is durable");
        }
    }

    private void writeSegments() {
        heading("Segments");
        row("segment", "epoch", "offsets", "records", "verdict");
        row("--:", "--:", "---", "--:", "---");
        for (SegmentReport segment : plan.segments()) {
            row(
                    String.valueOf(segment.number()),
                    String.valueOf(segment.epoch()),
                    RecoveryText.offsets(segment.offsets()),
                    RecoveryText.counted(segment),
                    RecoveryText.verdict(segment));
        }
        for (SegmentReport segment : plan.segments()) {
            for (Damage damage : segment.damages()) {
                line("");
                line("* " + code(segment.liesAt().toString()) + " " + RecoveryText.bytes(damage) + ", offset "
                        + damage.offset() + ": " + cell(damage.what()));
            }
        }
    }

    private void writeLoss() {
        heading("What is lost");
        if (plan.endUnknown()) {
            line(RecoveryText.unknownEnd(plan));
            line("");
        }
        if (plan.lostCount() == 0) {
            line(plan.endUnknown() ? "Nothing else." : "Nothing.");
            return;
        }
        line(RecoveryText.records(plan.lostCount()) + "; " + plan.lostDurableCount()
                + " of them are known to have been durable: so many acknowledgements cannot be kept, at most.");
        line("");
        list(plan.lost().stream().map(RecoveryText::range).toList());
    }

    private void writeAffected() {
        heading("Who is affected");
        line("As far as what is left tells. Tasks that lost records answer with `\"incomplete\":true`.");
        line("");
        row("what", "how many", "which");
        row("---", "--:", "---");
        List<String> tasks = plan.tasks().stream().map(RecoveryMarkdown::code).toList();
        row("tasks", String.valueOf(tasks.size()), String.join(", ", tasks));
        for (Map.Entry<String, List<String>> topic : plan.keys().entrySet()) {
            List<String> keys =
                    topic.getValue().stream().map(RecoveryMarkdown::code).toList();
            row("topic " + code(topic.getKey()), keys.size() + " keys", String.join(", ", keys));
        }
        List<String> operations =
                plan.operations().stream().map(RecoveryMarkdown::code).toList();
        row("operations", String.valueOf(operations.size()), String.join(", ", operations));
    }

    private void writeChoices() {
        heading("What can be done");
        if (plan.choices().isEmpty()) {
            line("Nothing needs to be done.");
        }
        int number = 1;
        for (Choice choice : plan.choices()) {
            String what = choice.what().startsWith("cairn ") ? code(choice.what()) : choice.what();
            line(number++ + ". " + what + ": " + cell(choice.cost()) + ".");
        }
    }

    private void writeNext() {
        heading("What to do next");
        @Nullable Applied applied = outcome.applied();
        if (applied != null) {
            writeDone(applied);
        } else if (plan.isDue()) {
            line("1. Keep the directory as it is, and look for a copy of the damaged files: a backup, a snapshot.");
            line("2. Serve reads meanwhile with `cairn serve --read-only`.");
            line("3. With no copy to be had, carry the plan out, and keep this report.");
        } else {
            line("Nothing.");
        }
    }

    private void writeDone(Applied applied) {
        line("The plan was carried out in epoch " + applied.epoch()
                + (applied.offset() < 0
                        ? "."
                        : "; record `RecoveryPerformed` at offset " + applied.offset() + " holds the account."));
        line("");
        line("1. Let `cairn verify --deep` look at the directory.");
        line("2. Tell those who are affected; bring what is known elsewhere in again.");
        if (!applied.deleted().isEmpty()) {
            line("   These count as deleted, as nothing was left to say what they held:");
            line("");
            list(applied.deleted());
            line("");
        }
        line("3. Keep the originals until nobody needs them any more:");
        line("");
        list(applied.originals().stream().map(Path::toString).toList());
    }

    private void heading(String title) {
        line("");
        line("## " + title);
        line("");
    }

    private void list(List<String> items) {
        items.forEach(item -> line("* " + code(item)));
    }

    private void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** Text that cannot be taken for the table's own. */
    private static String cell(String text) {
        return Printable.of(text).replace("|", "\\|");
    }

    private static String code(String text) {
        return '`' + cell(text).replace('`', '\'') + '`';
    }
}
