package dev.cairn.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.TaskLinks.What;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes that stand in the log: known ones are read back, others are malformed like any other part of a payload. */
class CodesTest {
    @Test
    void shouldReadEveryCodeThatIsWritten() {
        for (End end : End.values()) {
            assertThat(End.of(end.code())).isEqualTo(end);
        }
        for (What what : What.values()) {
            assertThat(What.of(what.code())).isEqualTo(what);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 255, -1})
    void shouldRefuseAnUnknownEnd(int code) {
        assertThatThrownBy(() -> End.of(code))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an end of a lease up to 6, was " + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 255, -1})
    void shouldRefuseALinkToSomethingUnknown(int code) {
        assertThatThrownBy(() -> What.of(code))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a link to a task up to 2, was " + code);
    }
}
