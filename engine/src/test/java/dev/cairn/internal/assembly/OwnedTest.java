package dev.cairn.internal.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedTest {
    @Test
    void shouldCloseAllInReverseWhateverOneOfThemThrows() {
        List<String> closed = new ArrayList<>();
        Owned owned = new Owned();
        owned.add(() -> closed.add("first"));
        owned.add(() -> {
            throw new IOException("failed");
        });
        owned.add(() -> closed.add("second"));
        owned.add(() -> {
            throw new AssertionError("failed");
        });
        owned.add(() -> closed.add("third"));
        owned.close();
        assertThat(closed).containsExactly("third", "second", "first");
        owned.close();
        assertThat(closed).hasSize(3);
    }
}
