package dev.cairn.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.ConflictException;
import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.GoldenEvent;
import dev.cairn.internal.kind.KindHarness;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ImportKindTest {
    private final ImportKind kind = new ImportKind();
    private final KindHarness harness = new KindHarness(List.of(kind));

    @Test
    void shouldAdvance() {
        assertThat(ImportKind.rows(new Entity())).isZero();
        harness.accept(advance("file", 0)).accept(advance("file", 500)).accept(advance("other", 7));
        harness.accept(advance("file", Long.MAX_VALUE));
        assertThat(rows("file")).isEqualTo(Long.MAX_VALUE);
        assertThat(rows("other")).isEqualTo(7);
        assertThat(kind.typeName(harness.lastEvent())).isEqualTo("advanced");
        assertThat(harness.lastPayload()).isEqualTo("{\"rows\":" + Long.MAX_VALUE + "}");
    }

    @Test
    void shouldNeverGoBackNorStandStill() {
        harness.accept(advance("file", 500));
        harness.refuse(advance("file", 500));
        assertThat(harness.refuse(advance("file", 499)))
                .isInstanceOfSatisfying(ConflictException.class, refusal -> {
                    assertThat(refusal.expected()).isEqualTo("rows from 501");
                    assertThat(refusal.actual()).isEqualTo(1);
                    assertThat(refusal.revision()).isZero();
                })
                .hasMessage("expected import file to go on with rows from 501, was 499");
        assertThat(rows("file")).isEqualTo(500);
    }

    @Test
    void shouldRefuseWhatIsNotWellFormed() {
        assertThatThrownBy(() -> ImportWrites.advance("file", -1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ImportWrites.advance("", 1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ImportWrites.advance("a\u0000", 1)).isInstanceOf(InvalidRequestException.class);
    }

    /** The bytes of every version that was ever written. */
    @ParameterizedTest
    @CsvFileSource(
            resources = "import-events.csv",
            delimiter = '|',
            quoteCharacter = '\0',
            emptyValue = "",
            nullValues = {})
    void shouldReadEveryEventEverWritten(
            int type, String payload, String name, String json, @Nullable String before, @Nullable String after) {
        String bodyBefore = before == null ? "" : before;
        String bodyAfter = after == null ? "" : after;
        new GoldenEvent(type, payload, name, json, bodyBefore, bodyAfter).check(kind);
    }

    /** The bytes of each event as they were released: a change here is a new version, never an edit. */
    @Test
    void shouldKeepTheBytesOfEachEvent() {
        harness.accept(advance("file", 258));
        assertThat(HexFormat.of().formatHex(harness.lastEvent().payload.toByteArray()))
                .isEqualTo("01" + "0201000000000000");
    }

    private long rows(String source) {
        return ImportKind.rows(harness.entity(kind, null, source));
    }

    private static BoundCommand advance(String source, long rows) {
        return (BoundCommand) ImportWrites.advance(source, rows);
    }
}
