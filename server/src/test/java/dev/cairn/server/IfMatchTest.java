package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {
    private static Expect expectation(String header) {
        return IfMatch.expectation(header, () -> 7);
    }

    @Test
    void shouldReadOneTagOrAny() {
        assertThat(expectation("\"12\"")).isEqualTo(Expect.revision(12));
        assertThat(expectation(" \"12\" ")).isEqualTo(Expect.revision(12));
        assertThat(expectation("*")).isEqualTo(Expect.exists());
    }

    @Test
    void shouldFindTheCurrentAmongSeveral() {
        assertThat(expectation("\"12\", \"7\",\"x,y\"")).isEqualTo(Expect.revision(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"12\",\"13\"", "W/\"7\"", "\"abc\"", "\"\"", "\"99999999999999999999\""})
    void shouldFailWhereNoTagCanMatch(String header) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> expectation(header))
                .matches(e -> e.problem().status() == 412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "\"12", "12\"", "\"1\" \"2\"", "", " ", "w/\"1\"", "\"1\",2"})
    void shouldRefuseWhatIsNoTag(String header) {
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> expectation(header));
    }

    @Test
    void shouldCompareWeaklyForReading() {
        assertThat(IfMatch.isKnown("W/\"7\"", 7)).isTrue();
        assertThat(IfMatch.isKnown("\"6\", \"7\"", 7)).isTrue();
        assertThat(IfMatch.isKnown("*", 7)).isTrue();
        assertThat(IfMatch.isKnown("\"6\"", 7)).isFalse();
    }
}
