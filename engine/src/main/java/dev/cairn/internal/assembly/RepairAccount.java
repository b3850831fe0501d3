package dev.cairn.internal.assembly;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.system.RecordRepair;
import java.util.ArrayList;
import java.util.List;

/**
 * What the log is told about a repair, as JSON that fits into its records. All ranges of offsets are told, in several accounts if
 * they are too many for one; names only as far as there is room, and how many were left out.
 *
 * <p>Threading: immutable.
 *
 * @param lost the ranges that are gone, ascending
 * @param entities that lost records
 * @param documentBytesMax bytes of the largest document
 */
record RepairAccount(RepairJournal journal, List<OffsetRange> lost, List<LostEntity> entities, int documentBytesMax) {
    private static final int LISTED_MAX = 10_000;
    private static final int RANGE_BYTES_MAX = "[,],".length() + 2 * 19;
    /** A key of which JSON escapes each byte, and the frame around the account. */
    private static final int NAME_BYTES_MAX = 16 << 10;

    /** At least one. */
    List<String> texts() {
        // Twice in its record: what was written last is the value of the entity, of which that may carry an image.
        int bytesMax = documentBytesMax / 2 - NAME_BYTES_MAX;
        int rangesMax = bytesMax / 2 / RANGE_BYTES_MAX;
        List<String> texts = new ArrayList<>();
        int from = 0;
        do {
            int to = Math.min(lost.size(), from + rangesMax);
            texts.add(text(lost.subList(from, to), bytesMax));
            from = to;
        } while (from < lost.size());
        return texts;
    }

    private String text(List<OffsetRange> ranges, int bytesMax) {
        ByteSlab json = new ByteSlab(1024);
        JsonWriter writer = new JsonWriter(json).beginObject();
        writer.name("id").string(journal.id());
        writer.name("durableOffset").number(journal.durable());
        int leftOut = names(writer, "segments", journal.files(), bytesMax / 8);
        leftOut += misplaced(writer, bytesMax / 4);
        writer.name(RecordRepair.LOST).beginArray();
        ranges.forEach(range ->
                writer.beginArray().number(range.first()).number(range.last()).endArray());
        writer.endArray();
        writer.name("endUnknown").bool(journal.assumedEnd() >= 0);
        writer.name("entities").number(entities.size());
        List<String> tasks = entities.stream()
                .filter(entity -> entity.kind() == KindIds.TASK)
                .map(LostEntity::key)
                .toList();
        leftOut += names(writer, "tasks", tasks, (json.length() + bytesMax) / 2);
        leftOut += names(writer, "operations", journal.operations(), bytesMax);
        if (leftOut > 0) {
            writer.name("leftOut").number(leftOut);
        }
        writer.endObject();
        return json.utf8();
    }

    /** Returns how many are left out where the account has reached {@code bytesMax}. */
    private static int names(JsonWriter writer, String member, List<String> names, int bytesMax) {
        writer.name(member).beginArray();
        int written = 0;
        while (written < Math.min(names.size(), LISTED_MAX) && writer.out().length() < bytesMax) {
            writer.string(names.get(written++));
        }
        writer.endArray();
        return names.size() - written;
    }

    private int misplaced(JsonWriter writer, int bytesMax) {
        writer.name("misplaced").beginArray();
        int written = 0;
        while (written < journal.moves().size() && writer.out().length() < bytesMax) {
            RepairJournal.Move move = journal.moves().get(written++);
            writer.beginObject().name("segment").string(move.file());
            writer.name("layAt").string(move.from()).endObject();
        }
        writer.endArray();
        return journal.moves().size() - written;
    }
}
