package dev.cairn.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", " ", "a b/c%2F", "ü€😀", "\u00a0", "%00", "~", "\uffff"})
    void shouldAcceptNames(String name) {
        assertThat(Names.check(name, "/id")).isSameAs(name);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'',expected 1 to 4 bytes of UTF-8 but was 0",
                "abcde,expected 1 to 4 bytes of UTF-8 but was 5 in \"abcde\"",
                "€€,expected 1 to 4 bytes of UTF-8 but was 6 in \"€€\"",
                "'a\nb','expected no control characters but was U+000A at 1 in \"a?b\"'",
                "\u0000,'expected no control characters but was U+0000 at 0 in \"?\"'",
                "\u009f,'expected no control characters but was U+009F at 0 in \"?\"'",
            })
    void shouldSayWhatIsWrong(String name, String message) {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> Names.check(name, 4, "/id"));
        assertThat(refusal).hasMessage(message.replace(" but was", ", was"));
        assertThat(refusal.where()).isEqualTo("/id");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xD800, 0xDBFF, 0xDC00, 0xDFFF})
    void shouldRefuseHalfASurrogatePair(int unit) {
        for (String name : new String[] {"" + (char) unit, "a" + (char) unit + "b", (char) unit + "\ud800"}) {
            InvalidRequestException refusal =
                    catchThrowableOfType(InvalidRequestException.class, () -> Names.check(name, "/id"));
            assertThat(refusal).hasMessageContaining("unpaired surrogate U+D");
        }
    }

    @Test
    void shouldShowOnlyTheStartOfALongName() {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> Names.check("x".repeat(10_000), "/id"));
        assertThat(refusal).hasMessage("expected 1 to 512 bytes of UTF-8, was 10000 in \"" + "x".repeat(64) + "…\"");
    }
}
