package dev.cairn.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Ack;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.OperationMismatchException;
import dev.cairn.Receipt;
import dev.cairn.TestDirectories;
import dev.cairn.WriteOptions;
import dev.cairn.log.LogFilter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions as an embedding program meets them. */
class DecisionsTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();
    private static final Instant EARLIER = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path dir;

    private Path directory;
    private Cairn cairn;

    @BeforeEach
    void open() {
        directory = dir.resolve("data");
        cairn = Cairn.open(directory, TestDirectories.smallSegments().build());
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    private void openAgain(Path at) {
        cairn.close();
        cairn = Cairn.open(at, TestDirectories.smallSegments().build());
    }

    @Test
    void shouldAppendInBothFormsAndKeepItOverOpenings() throws Exception {
        NewDecision full = decision("a").task("t").context("c").rationale("r").alternatives(List.of("x", "y"));
        Receipt first = cairn.decisions().append(full, DEFAULTS.withOccurredAt(EARLIER));
        Receipt second = cairn.decisions().appendAsync(decision("b"), DEFAULTS).get(10, TimeUnit.SECONDS);

        Decision made = cairn.decisions().get("a").orElseThrow();
        assertThat(made.content()).isEqualTo(full);
        assertThat(made.offset()).isEqualTo(first.offset()).isEqualTo(made.revision());
        assertThat(made.occurredAt()).isEqualTo(EARLIER).isEqualTo(made.date());
        assertThat(second.version()).isEqualTo(1);
        List<Decision> before = all();
        assertThat(before).hasSize(2);
        String document = export(DecisionQuery.all());

        openAgain(directory);

        assertThat(cairn.decisions().get("a")).contains(made);
        assertThat(all()).isEqualTo(before);
        assertThat(export(DecisionQuery.all())).isEqualTo(document);
        assertThat(cairn.decisions().get("c")).isEmpty();
    }

    @Test
    void shouldLeaveARecordThatSaysWhoDecided() {
        Receipt receipt = cairn.decisions().append(decision("a"));

        LogRecord record = cairn.log()
                .read(receipt.offset(), receipt.offset() + 1, LogFilter.all(), 1)
                .records()
                .get(0);
        assertThat(record.topic()).isEqualTo("decision");
        assertThat(record.type()).isEqualTo("made");
        assertThat(record.actor()).isEqualTo("ann");
        assertThat(record.key()).isEqualTo("a");
    }

    @Test
    void shouldKeepWhatWasDurableWhenKilled() {
        cairn.decisions().append(decision("a"), DEFAULTS.withAck(Ack.DURABLE));
        Path killed = TestDirectories.copyAsIfKilled(directory, dir.resolve("killed"));

        openAgain(killed);

        assertThat(cairn.decisions().get("a")).isPresent();
        assertThat(all()).extracting(Decision::id).containsExactly("a");
    }

    @Test
    void shouldShowADecisionAsItWas() {
        Receipt before = cairn.decisions().append(decision("z"));
        Receipt made = cairn.decisions().append(decision("a"));
        cairn.sync();

        assertThat(cairn.decisions().getAsOf("a", before.offset())).isEmpty();
        assertThat(cairn.decisions().getAsOf("a", made.offset())).isPresent();
        assertThat(cairn.decisions().getAsOf("a", Instant.now())).isPresent();
        assertThat(cairn.decisions().getAsOf("a", EARLIER)).isEmpty();
        assertThatThrownBy(() -> cairn.decisions().getAsOf("a", made.offset() + 1_000))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> cairn.decisions().get("")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldRepeatAnOperationAndHoldExpectations() {
        Receipt first = cairn.decisions().append(decision("a"), DEFAULTS.withOperation("op"));
        Receipt again = cairn.decisions().append(decision("a"), DEFAULTS.withOperation("op"));

        assertThat(again.replayed()).isTrue();
        assertThat(again.offset()).isEqualTo(first.offset());
        assertThatThrownBy(() -> cairn.decisions().append(decision("b"), DEFAULTS.withOperation("op")))
                .isInstanceOf(OperationMismatchException.class);
        assertThatThrownBy(() -> cairn.decisions().append(decision("a"))).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> cairn.decisions().append(decision("b"), DEFAULTS.withExpect(Expect.exists())))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> cairn.batch()
                        .add(DecisionWrites.append(decision("b")))
                        .add(DecisionWrites.check("a"), DEFAULTS.withExpect(Expect.none()))
                        .commitAtomic(null))
                .isInstanceOf(BatchRefusedException.class);
        assertThat(cairn.decisions().get("b")).isEmpty();
    }

    @Test
    void shouldListByAgentTaskAndTimeInTheOrderOfTheLog() {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            NewDecision decision = NewDecision.of("d" + (9 - i), i % 2 == 0 ? "ann" : "bob", "T", "D");
            receipts.add(cairn.decisions().append(i % 3 == 0 ? decision.task("t") : decision));
        }
        DecisionQuery query = DecisionQuery.all().including(receipts.get(9).offset(), Duration.ofSeconds(20));

        assertThat(ids(query)).containsExactly("d9", "d8", "d7", "d6", "d5", "d4", "d3", "d2", "d1", "d0");
        assertThat(ids(query.newestFirst(true))).startsWith("d0", "d1");
        assertThat(ids(query.agent("bob"))).containsExactly("d8", "d6", "d4", "d2", "d0");
        assertThat(ids(query.task("t"))).containsExactly("d9", "d6", "d3", "d0");
        assertThat(ids(query.agent("bob").task("t"))).containsExactly("d6", "d0");
        assertThat(ids(query.agent("carl"))).isEmpty();
        assertThat(ids(query.between(receipts.get(2).offset(), receipts.get(5).offset())))
                .containsExactly("d6", "d5");
        Instant third = cairn.decisions().get("d6").orElseThrow().at();
        assertThat(ids(query.between(third, null))).containsExactly("d5", "d4", "d3", "d2", "d1", "d0");
        assertThat(ids(query.between(null, third))).containsExactly("d9", "d8", "d7");
        assertThat(ids(query.between(EARLIER, EARLIER.plusSeconds(1)))).isEmpty();
    }

    @Test
    void shouldPageInBothDirections() {
        for (int i = 0; i < 25; i++) {
            cairn.decisions().append(decision("d" + i), DEFAULTS.withAck(Ack.ACCEPTED));
        }
        DecisionQuery query = DecisionQuery.all().including(cairn.watermarks().endOffset() - 1, Duration.ofSeconds(20));
        for (boolean newestFirst : new boolean[] {false, true}) {
            List<String> found = new ArrayList<>();
            String cursor = null;
            do {
                DecisionPage page =
                        cairn.decisions().list(query.newestFirst(newestFirst).page(4, cursor));
                page.decisions().forEach(decision -> found.add(decision.id()));
                cursor = page.next();
            } while (cursor != null);
            assertThat(found).hasSize(25).doesNotHaveDuplicates();
            assertThat(found.get(0)).isEqualTo(newestFirst ? "d24" : "d0");
            String exported = export(query.newestFirst(newestFirst).page(4, null));
            assertThat(exported.lines().filter(line -> line.startsWith("- Id: ")))
                    .containsExactlyElementsOf(
                            found.stream().map(id -> "- Id: `" + id + "`").toList());
        }
        assertThatThrownBy(() -> cairn.decisions().list(query.page(1, "nonsense")))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> DecisionQuery.all().page(0, null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> DecisionQuery.all().page(1_001, null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> DecisionQuery.all().between(-2, 7)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> DecisionQuery.all().between(2, -7)).isInstanceOf(InvalidRequestException.class);
    }

    /** What one log exports, another takes in, and exports the same: through state, projection and both directions. */
    @Test
    void shouldBringADocumentFromOneLogToAnother() throws Exception {
        Random random = new Random(42);
        RandomDecisions decisions = new RandomDecisions(random);
        for (int i = 0; i < 500; i++) {
            WriteOptions options = random.nextBoolean() ? DEFAULTS : DEFAULTS.withOccurredAt(EARLIER.plusSeconds(i));
            cairn.decisions().append(decisions.next(i + "-"), options.withAck(Ack.ACCEPTED));
        }
        String document = export(DecisionQuery.all());
        try (Cairn other = Cairn.open(dir.resolve("other"))) {
            assertThat(take(other, document)).isEqualTo(new DecisionImport.Summary(500, 500));
            assertThat(take(other, document)).isEqualTo(new DecisionImport.Summary(500, 0));
            assertThat(export(other, DecisionQuery.all())).isEqualTo(document);
        }
        long end = cairn.watermarks().endOffset();
        assertThat(take(cairn, document).skipped()).isEqualTo(500);
        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldAddWhatIsMissingAndKeepIdAndDate() throws Exception {
        cairn.decisions().append(decision("a"), DEFAULTS.withOccurredAt(EARLIER));
        cairn.decisions().append(decision("b"), DEFAULTS.withOccurredAt(EARLIER));
        String document = export(DecisionQuery.all());
        try (Cairn other = Cairn.open(dir.resolve("other"))) {
            other.decisions().append(decision("b"), DEFAULTS.withOccurredAt(EARLIER));

            DecisionImport.Summary summary = take(other, document);

            assertThat(summary).isEqualTo(new DecisionImport.Summary(2, 1));
            assertThat(summary.skipped()).isEqualTo(1);
            assertThat(other.decisions().get("a").orElseThrow().date()).isEqualTo(EARLIER);
        }
    }

    @Test
    void shouldWriteNothingOfADocumentThatIsBrokenOrContradicts() throws Exception {
        cairn.decisions().append(decision("a"), DEFAULTS.withOccurredAt(EARLIER));
        String document = export(DecisionQuery.all());
        String more = document
                + document.substring(document.indexOf("\n<a "))
                        .replace("`a`", "`b`")
                        .replace("decision-a", "decision-b");
        long end = cairn.watermarks().endOffset();

        assertThatThrownBy(() -> take(cairn, more + "\n## Broken\n"))
                .isInstanceOf(BrokenDecisionsException.class)
                .hasMessageContaining("\"Broken\": expected a line - Date:, was none");
        assertThatThrownBy(() -> take(
                        cairn,
                        more.replaceFirst("- Id: `a`", "- Id: `c`").replaceFirst("decision-a", "decision-c")
                                + document.substring(document.indexOf("\n<a ")).replace("We use it", "We do not")))
                .isInstanceOf(ConflictException.class)
                .hasMessage("expected the decision a to be as in \"Use SQLite\" (line 57), was another, made at offset "
                        + cairn.decisions().get("a").orElseThrow().offset());
        assertThatThrownBy(() -> take(cairn, more.replace("We use it", "x".repeat(1 << 20))))
                .hasMessageContaining("expected the decision in line 7 of at most 1048576 bytes, was ");

        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
        assertThat(take(cairn, more)).isEqualTo(new DecisionImport.Summary(2, 1));
    }

    @Test
    void shouldExportBesideAWriter() throws Exception {
        cairn.decisions().append(decision("a"));
        String document = export(DecisionQuery.all());

        try (Cairn reader =
                Cairn.open(directory, CairnOptions.builder().readOnly(true).build())) {
            assertThat(export(reader, DecisionQuery.all())).isEqualTo(document).contains("## Use SQLite");
        }
    }

    private static NewDecision decision(String id) {
        return NewDecision.of(id, "ann", "Use SQLite", "We use it.");
    }

    private List<Decision> all() {
        return cairn.decisions()
                .list(DecisionQuery.all().including(cairn.watermarks().durableOffset(), Duration.ofSeconds(20)))
                .decisions();
    }

    private List<String> ids(DecisionQuery query) {
        return cairn.decisions().list(query).decisions().stream()
                .map(Decision::id)
                .toList();
    }

    private String export(DecisionQuery query) {
        return export(cairn, query);
    }

    private static String export(Cairn from, DecisionQuery query) {
        StringBuilder out = new StringBuilder();
        try {
            if (!from.options().readOnly()) {
                from.sync();
            }
            DecisionExport.of(
                            from.decisions()::list,
                            query.including(from.watermarks().durableOffset(), Duration.ofSeconds(20)))
                    .writeTo(out, Long.MAX_VALUE);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return out.toString();
    }

    private static DecisionImport.Summary take(Cairn into, String document) throws Exception {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        return DecisionImport.run(into, () -> new ByteArrayInputStream(bytes), DEFAULTS);
    }
}
