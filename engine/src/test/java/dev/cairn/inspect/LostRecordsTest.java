package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.inspect.Check.Place;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.segment.OffsetRange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records jump over what is lost, and a jump that a loss explains is no finding of its own. */
class LostRecordsTest {
    private static final int MANY = 64 << 20 >> 9;

    private final Path file = Path.of("log", "1.cq4");
    private final MissingRanges missing = new MissingRanges();
    private final Findings findings = new Findings(Path.of(""));
    private final LostRecords lost = new LostRecords(findings, missing);

    private static OffsetRange range(long first, long last) {
        return new OffsetRange(first, last);
    }

    private void lose(long first, long last) {
        lost.add(file, first * 100, first, List.of(range(first, last)), "expected records, was another");
    }

    private void jump(long expected, long was) {
        lost.jump(new Place(file, (int) was * 100, 0), expected, was);
    }

    private List<Finding> reported() {
        lost.report();
        return findings.sorted();
    }

    @Test
    void shouldNotReportAJumpOverWhatIsLost() {
        jump(5, 9);
        assertThat(lost.isNothing()).isFalse();
        lost.repaired(file, range(3, 5));
        assertThat(lost.isNothing()).isTrue();
        lose(20, 22);
        jump(22, 25);
        assertThat(lost.isNothing()).isFalse();
        lost.recorded(List.of(range(0, 9)));
        assertThat(reported()).extracting(Finding::severity).containsExactly(Severity.DAMAGE, Severity.NOTE);
    }

    @Test
    void shouldReportAJumpBesideWhatIsLost() {
        lost.repaired(file, range(3, 4));
        lost.repaired(file, range(9, 9));
        jump(5, 9);
        lost.recorded(List.of(range(3, 9)));
        assertThat(reported())
                .filteredOn(finding -> finding.severity() == Severity.DAMAGE)
                .singleElement()
                .matches(finding -> finding.what().equals("expected offset 5, was 9"));
    }

    @Test
    void shouldReportAnOffsetThatIsThereTwice() {
        lost.repaired(file, range(0, 9));
        jump(5, 4);
        assertThat(lost.isNothing()).isFalse();
    }

    /** One damage for each sector of a full segment: none is held against all others. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldReportMoreLossesThanAnyoneReads() {
        for (int i = 0; i < MANY; i++) {
            jump(i * 4L + 2, i * 4L + 4);
        }
        for (int i = 0; i < MANY; i++) {
            lose(i * 4L + 2, i * 4L + 3);
        }
        assertThat(lost.isNothing()).isFalse();
        assertThat(reported()).hasSize(Findings.KEPT_MAX + 1);
    }

    /** The same segment when it is repaired, with one account of it all. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldReportMoreGapsThanAnyoneReads() {
        for (int i = 0; i < MANY; i++) {
            OffsetRange gap = range(i * 4L + 2, i * 4L + 3);
            jump(gap.first(), gap.last() + 1);
            lost.repaired(file, gap);
            lost.recorded(List.of(gap));
        }
        assertThat(lost.isNothing()).isTrue();
        assertThat(reported()).allMatch(finding -> finding.severity() == Severity.NOTE);
    }
}
