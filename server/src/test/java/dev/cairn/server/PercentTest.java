package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.InvalidRequestException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTest {
    @Test
    void shouldDecodeWhatItEncodes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
            String text = random.ints(8, 0, Character.MAX_CODE_POINT + 1)
                    .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            String encoded = Percent.encode(text);

            assertThat(encoded).as("seed %d", seed).matches("[A-Za-z0-9._~%-]*");
            assertThat(Percent.decode(encoded, false, "p")).as("seed %d", seed).isEqualTo(text);
            assertThat(Percent.decode(encoded, true, "p")).as("seed %d", seed).isEqualTo(text);
        }
    }

    @Test
    void shouldTakeAPlusForASpaceInQueriesOnly() {
        assertThat(Percent.decode("a+b", true, "p")).isEqualTo("a b");
        assertThat(Percent.decode("a+b", false, "p")).isEqualTo("a+b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%ff", "%c0%80", "%ed%a0%80", "a%e4b"})
    void shouldRefuseWhatIsNotWellFormed(String text) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Percent.decode(text, false, "p"))
                .matches(e -> "p".equals(e.where()));
    }
}
