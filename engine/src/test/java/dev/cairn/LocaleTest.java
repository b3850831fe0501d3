package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.inspect.Verification;
import dev.cairn.log.NewRecord;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes numbers in other digits finds, rolls and names its files as any other. */
class LocaleTest {
    private final Locale before = Locale.getDefault();

    @TempDir
    Path directory;

    @BeforeEach
    void setOther() {
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        assertThat(String.format("%d", 7)).as("digits of this place").isNotEqualTo("7");
    }

    @AfterEach
    void setBack() {
        Locale.setDefault(before);
    }

    @Test
    void shouldNameItsFilesInTheDigitsOfAllOthers() {
        CairnOptions options =
                TestDirectories.smallSegments().segmentRecordsMax(10).build();
        for (int opening = 0; opening < 2; opening++) {
            try (Cairn cairn = Cairn.open(directory, options)) {
                for (int i = 0; i < 25; i++) {
                    cairn.log().append(NewRecord.of("notes", "n", "{}"));
                }
            }
        }
        assertThat(directory.resolve("log/0000000002/00000004.cq4")).exists();
        assertThat(Verification.of(directory, true, Progress.NONE).isSound()).isTrue();
    }
}
