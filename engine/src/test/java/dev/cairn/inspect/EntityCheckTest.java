package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.inspect.Check.Place;
import dev.cairn.inspect.Verification.Finding;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.assembly.LogOpening;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Recovered;
import dev.cairn.internal.segment.LogDirectory;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records whose bytes are sound and which no engine would have written. */
class EntityCheckTest {
    private static final byte CREATED = 1;
    private static final byte PATCHED = 2;
    private static final byte DELETED = 3;
    private static final byte CLAIMED = 4;
    private static final byte RETURNED = 5;
    private static final byte SET = 1;
    private static final Place PLACE = new Place(Path.of("/data/log/1.cq4"), 100, 7);

    private final Findings findings = new Findings(Path.of("/data"));
    private final MissingRanges missing = new MissingRanges();
    private final Scene scene =
            new Scene(new LogDirectory(Path.of("/data")), new UUID(1, 2), LogOpening.kinds(), false);
    private final EntityCheck check = new EntityCheck(scene, findings, missing);
    private long offset;

    @AfterEach
    void close() {
        check.close();
    }

    @Test
    void shouldFindNothingInAnEntitysLife() {
        task(CREATED, "a", -1, 1, "pending");
        task(PATCHED, "a", 0, 2, "running");
        task(PATCHED, "a", 1, 3, null);
        task(DELETED, "a", 2, 4, null);
        task(CREATED, "a", 3, 5, "pending");

        assertThat(findings.sorted()).isEmpty();
    }

    @Test
    void shouldFindARecordThatNamesAnotherBeforeIt() {
        task(CREATED, "a", -1, 1, "pending");
        task(PATCHED, "a", -1, 2, "running");

        assertThat(only().what()).isEqualTo("expected previous record 0, was -1");
        assertThat(only().offset()).isEqualTo(1);
        assertThat(only().position()).isEqualTo(100);
        assertThat(only().severity()).isEqualTo(Severity.DAMAGE);
        assertThat(only().affects()).isEqualTo("task a");
    }

    @Test
    void shouldFindVersionsAndImagesThatDoNotFollow() {
        task(CREATED, "a", -1, 1, "pending");
        Event event = event(PATCHED, "a", 0, 3, "running");
        event.previousImage = 0;
        check.record(PLACE, event);

        assertThat(findings.sorted())
                .extracting(Finding::what)
                .containsExactlyInAnyOrder("expected version 2, was 3", "expected previous image -1, was 0");
    }

    @Test
    void shouldHoldStatusesAgainstTheWorkflowInForce() {
        task(CREATED, "a", -1, 1, "pending");
        task(PATCHED, "a", 0, 2, "completed");
        assertThat(only().what()).isEqualTo("expected a status of [running, cancelled] after pending, was completed");

        workflow("{\"open\":true}", -1, 1);
        task(PATCHED, "a", 1, 3, "whatever");
        workflow("{\"first\":\"new\",\"final\":[],\"transitions\":{\"new\":[\"old\"]}}", 2, 2);
        task(PATCHED, "a", 3, 4, null);
        assertThat(findings.sorted()).hasSize(1);

        task(CREATED, "b", -1, 1, "old");
        assertThat(findings.sorted())
                .extracting(Finding::what)
                .contains("expected a status of [new] for a new task, was old");
    }

    @Test
    void shouldFindWhatComesBeforeTheBeginningOrBehindTheEnd() {
        task(PATCHED, "a", -1, 1, "running");
        assertThat(only().what()).isEqualTo("expected a task before it is patched, was none");

        task(DELETED, "b", -1, 1, null);
        assertThat(findings.sorted())
                .extracting(Finding::what)
                .contains("expected a task before it is deleted, was none");
    }

    @Test
    void shouldFindNothingInAClaimedTasksLife() {
        task(CREATED, "a", -1, 1, "pending");
        claim(CLAIMED, "a", 0, 2, "running");
        claim(RETURNED, "a", 1, 3, "pending");
        claim(CLAIMED, "a", 2, 4, "running");
        task(PATCHED, "a", 3, 5, "blocked"); // under the lease, and left there
        task(PATCHED, "a", 4, 6, "running");
        claim(RETURNED, "a", 5, 7, "pending");
        claim(CLAIMED, "a", 6, 8, "running");
        task(PATCHED, "a", 7, 9, "blocked"); // with a revocation
        claim(CLAIMED, "a", 8, 10, "running");
        claim(RETURNED, "a", 9, 11, "failed");
        task(PATCHED, "a", 10, 12, "pending");
        claim(CLAIMED, "a", 11, 13, "running");
        task(PATCHED, "a", 12, 14, "completed");

        assertThat(findings.sorted()).isEmpty();
    }

    @Test
    void shouldFindClaimsAndReturnsThatCannotBe() {
        task(CREATED, "a", -1, 1, "pending");
        claim(RETURNED, "a", 0, 2, "pending");
        assertThat(only().what())
                .isEqualTo("expected a task to be claimed before it is returned, was one with status pending");

        task(CREATED, "b", -1, 1, "pending");
        claim(CLAIMED, "b", 2, 2, "running");
        claim(CLAIMED, "b", 3, 3, "running");
        assertThat(findings.sorted())
                .extracting(Finding::what)
                .contains("expected a status of [completed, failed, cancelled, blocked] after running, was running");

        task(CREATED, "c", -1, 1, "pending");
        claim(CLAIMED, "c", 5, 2, "running");
        claim(RETURNED, "c", 6, 3, "pending");
        claim(RETURNED, "c", 7, 4, "failed");
        task(CREATED, "d", -1, 1, "pending");
        claim(CLAIMED, "d", 9, 2, "running");
        task(PATCHED, "d", 10, 3, "completed");
        claim(RETURNED, "d", 11, 4, "pending");
        claim(CLAIMED, "e", -1, 1, "running");
        claim(RETURNED, "f", -1, 1, "pending");
        assertThat(findings.sorted())
                .extracting(Finding::affects)
                .containsExactlyInAnyOrder("task a", "task b", "task c", "task d", "task e", "task f");
    }

    @Test
    void shouldJudgeNoReturnWhoseClaimMayBeMissing() {
        task(CREATED, "a", -1, 1, "pending");
        missing.add(1, 3);
        check.missing(1, 3);
        offset = 4;
        task(PATCHED, "a", 3, 4, "running");
        claim(RETURNED, "a", 4, 5, "pending");
        claim(CLAIMED, "b", 2, 2, "running");
        claim(RETURNED, "b", 6, 3, "pending");

        assertThat(findings.sorted()).isEmpty();
    }

    @Test
    void shouldJudgeNothingBehindRecordsThatAreMissing() {
        task(CREATED, "a", -1, 1, "pending");
        missing.add(1, 3);
        check.missing(1, 3);
        offset = 4;
        task(PATCHED, "a", 3, 4, "whatever");
        task(PATCHED, "a", 4, 5, "other");
        task(CREATED, "b", -1, 1, "unknown");

        assertThat(findings.sorted()).isEmpty();
    }

    /** A repair knows of versions whose records are all lost, and goes on behind them; never before. */
    @Test
    void shouldLetARepairGoOnBehindVersionsThatAreLost() {
        task(CREATED, "a", -1, 1, "pending");
        recovered("a", 0, 6, 7);
        task(PATCHED, "a", 1, 8, "running");
        recovered("nothing-left", -1, 2, 3);
        assertThat(findings.sorted()).isEmpty();

        recovered("a", 2, 11, 13);
        assertThat(only().what()).isEqualTo("expected version 12, was 13");
    }

    private Finding only() {
        assertThat(findings.sorted()).hasSize(1);
        return findings.sorted().get(0);
    }

    private void recovered(String key, long previous, long lastVersion, long version) {
        Event event = event(KindIds.TASK, Recovered.TYPE, key, previous, version);
        Entity entity = new Entity();
        entity.tombstone(true);
        entity.version(lastVersion);
        Recovered.fill(event, entity);
        event.version = version;
        check.record(PLACE, event);
    }

    private void task(byte type, String key, long previous, long version, String status) {
        check.record(PLACE, event(type, key, previous, version, status));
    }

    private void claim(byte type, String key, long previous, long version, String status) {
        Event event = event(KindIds.TASK, type, key, previous, version);
        event.payload.putByte(1);
        event.payload.putText(status);
        if (type == CLAIMED) {
            event.payload.putText("agent");
        } else {
            event.payload.putByte(0);
            event.payload.putInt(0);
        }
        check.record(PLACE, event);
    }

    private void workflow(String json, long previous, long version) {
        Event event = event(KindIds.WORKFLOW, SET, "task", previous, version);
        event.payload.putByte(1);
        event.payload.putUtf8(json);
        check.record(PLACE, event);
    }

    private Event event(byte type, String key, long previous, long version, String status) {
        Event event = event(KindIds.TASK, type, key, previous, version);
        event.payload.putByte(1);
        event.payload.putByte(status == null ? 0 : 1);
        if (status != null) {
            event.payload.putText(status);
        }
        return event;
    }

    private Event event(byte kind, byte type, String key, long previous, long version) {
        Kind known = scene.kinds().byId(kind);
        Event event = new Event();
        event.clear();
        event.kind = known.id();
        event.type = type;
        event.offset = offset++;
        event.previous = previous;
        event.version = version;
        event.key.putUtf8(key);
        return event;
    }
}
