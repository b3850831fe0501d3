package dev.cairn.internal.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentOptions;
import dev.cairn.internal.system.RecordRepair;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The account of a repair fits into a record, with the image that this may carry, whatever it has to tell. */
class RepairAccountTest {
    private static final int DOCUMENT_BYTES_MAX =
            SegmentOptions.ofSegmentBytes(1 << 20).documentBytesMax();
    private static final int FRAME_BYTES = 512;

    private static List<String> texts(List<OffsetRange> lost, List<String> names) {
        List<LostEntity> entities = names.stream()
                .map(name -> new LostEntity(KindIds.TASK, null, name, 1, 1))
                .toList();
        List<RepairJournal.Move> moves =
                names.stream().map(name -> new RepairJournal.Move(name, name)).toList();
        RepairJournal journal = new RepairJournal("id", 7, lost, names, entities, names, moves, -1);
        return new RepairAccount(journal, lost, entities, DOCUMENT_BYTES_MAX).texts();
    }

    private static List<String> names(int count, String filler) {
        return IntStream.range(0, count).mapToObj(i -> i + filler).toList();
    }

    private static List<OffsetRange> ranges(int count) {
        return LongStream.range(0, count)
                .mapToObj(i ->
                        new OffsetRange(Long.MAX_VALUE - 1 - 2 * (count - i), Long.MAX_VALUE - 1 - 2 * (count - i)))
                .toList();
    }

    private static void assertFits(String text) {
        assertThat(2 * text.getBytes(StandardCharsets.UTF_8).length + FRAME_BYTES)
                .isLessThan(DOCUMENT_BYTES_MAX);
    }

    @Test
    void shouldTellAllInOneAccountWhereThereIsRoom() {
        List<String> texts = texts(ranges(3), names(2, "-name"));
        assertThat(texts)
                .containsExactly("{\"id\":\"id\",\"durableOffset\":7,\"segments\":[\"0-name\",\"1-name\"],"
                        + "\"misplaced\":[{\"segment\":\"0-name\",\"layAt\":\"0-name\"},{\"segment\":\"1-name\",\"layAt\":\"1-name\"}],"
                        + "\"lost\":[[9223372036854775800,9223372036854775800],[9223372036854775802,9223372036854775802],"
                        + "[9223372036854775804,9223372036854775804]],\"endUnknown\":false,\"entities\":2,"
                        + "\"tasks\":[\"0-name\",\"1-name\"],\"operations\":[\"0-name\",\"1-name\"]}");
    }

    @Test
    void shouldTellOfARepairThatLostNothing() {
        assertThat(texts(List.of(), List.of())).singleElement().asString().contains("\"lost\":[]");
    }

    @Test
    void shouldTellEachRangeInAsManyAccountsAsItTakes() {
        List<OffsetRange> lost = ranges(10_000);
        List<String> texts = texts(lost, names(20_000, "\u0001".repeat(300)));
        assertThat(texts).hasSizeGreaterThan(2).allSatisfy(RepairAccountTest::assertFits);
        assertThat(texts.stream().flatMap(text -> RecordRepair.lost(text).stream()))
                .containsExactlyElementsOf(lost);
    }

    @Test
    void shouldSayHowManyNamesItHasNoRoomFor() {
        int names = 200;
        String text = texts(ranges(1), names(names, "\u0001".repeat(2_590))).get(0);
        assertFits(text);
        Map<?, ?> members = (Map<?, ?>) Objects.requireNonNull(Json.tree(text, "account"));
        int told = 0;
        for (String member : List.of("segments", "misplaced", "tasks", "operations")) {
            List<?> some = (List<?>) Objects.requireNonNull(members.get(member));
            assertThat(some).as(member).isNotEmpty();
            told += some.size();
        }
        assertThat(((Number) Objects.requireNonNull(members.get("leftOut"))).intValue())
                .isEqualTo(4 * names - told);
        assertThat(text).contains("\"entities\":" + names);
    }
}
